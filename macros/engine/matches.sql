{# Whether a regular expression, taken as written, is found in a value. As a literal, so that it is compiled once. #}
{% macro matches(value, pattern) -%}
    {{ return(adapter.dispatch('matches', 'apportion')(value, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(value, pattern) -%}
    regexp_matches({{ value }}, '{{ pattern | replace("'", "''") }}')
{%- endmacro %}
