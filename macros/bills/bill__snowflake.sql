{% macro bill__snowflake() -%}
    {{ return(ref('stg_snowflake__charges')) }}
{%- endmacro %}
