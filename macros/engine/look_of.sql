{# An identifier with `#` in place of each of its parts that has a digit: 'gpu-node-e649aa' looks like 'gpu-node-#'. #}
{% macro look_of(text) -%}
    {{ return(adapter.dispatch('look_of', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__look_of(text) -%}
    regexp_replace(lower({{ text }}), '\p{L}*\p{N}[\p{L}\p{N}]*', '#', 'g')
{%- endmacro %}
