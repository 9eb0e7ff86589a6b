{# A text without the part that a pattern matches, trimmed. #}
{% macro without(text, pattern) -%}
    {{ return(adapter.dispatch('without', 'apportion')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__without(text, pattern) -%}
    trim(regexp_replace({{ text }}, '{{ pattern }}', ''))
{%- endmacro %}
