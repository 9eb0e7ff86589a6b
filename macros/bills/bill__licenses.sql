{% macro bill__licenses() -%}
    {{ return(ref('stg_licenses__charges')) }}
{%- endmacro %}
