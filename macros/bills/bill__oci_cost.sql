{% macro bill__oci_cost() -%}
    {{ return(ref('stg_oci_cost__charges')) }}
{%- endmacro %}
