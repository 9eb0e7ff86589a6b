{# How tag keys and listed values are compared: letters and digits only, in lower case. #}
{% macro fold(text) -%}
    {{ return(adapter.dispatch('fold', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__fold(text) -%}
    regexp_replace(lower({{ text }}), '[^\p{L}\p{N}]', '', 'g')
{%- endmacro %}
