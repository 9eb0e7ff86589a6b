{# The month of a date as text, '2026-09'. #}
{% macro month_of(date) -%}
    {{ return(adapter.dispatch('month_of', 'apportion')(date)) }}
{%- endmacro %}

{% macro duckdb__month_of(date) -%}
    strftime({{ date }}, '%Y-%m')
{%- endmacro %}
