{# The UTC timestamp of an ISO 8601 text with an offset. #}
{% macro utc_timestamp(text) -%}
    {{ return(adapter.dispatch('utc_timestamp', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__utc_timestamp(text) -%}
    cast({{ text }} as timestamptz) at time zone 'UTC'
{%- endmacro %}
