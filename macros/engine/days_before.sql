{# The date so many days before another. #}
{% macro days_before(date, days) -%}
    {{ return(adapter.dispatch('days_before', 'apportion')(date, days)) }}
{%- endmacro %}

{% macro duckdb__days_before(date, days) -%}
    ({{ date }} - cast({{ days }} as integer))
{%- endmacro %}
