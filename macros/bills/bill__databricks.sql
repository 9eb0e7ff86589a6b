{# Delivered as units and list prices: the money is made of both. #}
{% macro bill__databricks() -%}
    {{ return(ref('int_charges__databricks_priced')) }}
{%- endmacro %}
