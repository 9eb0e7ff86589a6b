{% macro driver__snowflake() -%}
    {{ return(ref('int_drivers__snowflake')) }}
{%- endmacro %}
