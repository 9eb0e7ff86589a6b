{# A number of a text that may be words: what is no number is null. #}
{% macro number_or_null(text) -%}
    {{ return(adapter.dispatch('number_or_null', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__number_or_null(text) -%}
    try_cast({{ text }} as decimal(38, 15))
{%- endmacro %}
