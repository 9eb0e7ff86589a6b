{# After the name of a CTE: it is read often, and computed once all the same. #}
{% macro computed_once() -%}
    {{ return(adapter.dispatch('computed_once', 'apportion')()) }}
{%- endmacro %}

{% macro default__computed_once() -%}
    as
{%- endmacro %}

{% macro duckdb__computed_once() -%}
    as materialized
{%- endmacro %}
