{# The words of a name, in lower case with one space around each: ' gpt 4o inp glbl tokens '. A point inside a word stays. #}
{% macro words_of(text) -%}
    {{ return(adapter.dispatch('words_of', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__words_of(text) -%}
    concat(' ', trim(regexp_replace(lower({{ text }}), '[^a-z0-9.]+', ' ', 'g')), ' ')
{%- endmacro %}
