{% macro bill__azure_cost() -%}
    {{ return(ref('stg_azure_cost__charges')) }}
{%- endmacro %}
