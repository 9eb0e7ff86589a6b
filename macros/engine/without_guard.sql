{# A text without the quote that exports put before what a spreadsheet would take for a formula. #}
{% macro without_guard(text) -%}
    {{ return(adapter.dispatch('without_guard', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__without_guard(text) -%}
    regexp_replace({{ text }}, '^''([=+@-])', '\1')
{%- endmacro %}
