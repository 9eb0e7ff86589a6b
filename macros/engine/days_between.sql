{# A lateral table of the days from `first` to `last`, both included, in a column charge_date. #}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between', 'apportion')(first, last)) }}
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
    (
        select cast(unnest(generate_series({{ first }}, {{ last }}, interval 1 day)) as date) as charge_date
    )
{%- endmacro %}
