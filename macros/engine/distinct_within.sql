{# How many different values there are among the rows that agree in some columns. #}
{% macro distinct_within(value, columns) -%}
    {{ return(adapter.dispatch('distinct_within', 'apportion')(value, columns)) }}
{%- endmacro %}

{% macro duckdb__distinct_within(value, columns) -%}
    count(distinct {{ value }}) over (partition by {{ columns }})
{%- endmacro %}
