{% macro vendor__databricks() -%}
    {{ return(['databricks']) }}
{%- endmacro %}
