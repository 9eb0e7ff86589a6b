{# A text without the blanks around it, whatever they are: tabs and line breaks come with what is pasted. #}
{% macro trimmed(text) -%}
    {{ return(adapter.dispatch('trimmed', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__trimmed(text) -%}
    regexp_replace({{ text }}, '^[\s\pZ]+|[\s\pZ]+$', '', 'g')
{%- endmacro %}
