{# Whether one of some words, `a|b c`, stands in a text as words of its own. The text is in lower case. #}
{% macro has_word(text, words) -%}
    {{ return(adapter.dispatch('has_word', 'apportion')(text, words)) }}
{%- endmacro %}

{% macro duckdb__has_word(text, words) -%}
    regexp_matches({{ text }}, '\b({{ words }})\b')
{%- endmacro %}
