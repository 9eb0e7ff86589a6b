{% macro vendor__openai() -%}
    {{ return(['openai']) }}
{%- endmacro %}
