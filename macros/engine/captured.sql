{# The part of a text that the first group of a pattern matches; null when it matches nothing. #}
{% macro captured(text, pattern) -%}
    {{ return(adapter.dispatch('captured', 'apportion')(text, pattern)) }}
{%- endmacro %}

{% macro duckdb__captured(text, pattern) -%}
    nullif(regexp_extract({{ text }}, '{{ pattern }}', 1), '')
{%- endmacro %}
