{% macro vendor__snowflake() -%}
    {{ return(['snowflake']) }}
{%- endmacro %}
