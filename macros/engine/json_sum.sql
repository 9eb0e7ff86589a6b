{# The sum of the numbers of a JSON object; null when it has none. #}
{% macro json_sum(json) -%}
    {{ return(adapter.dispatch('json_sum', 'apportion')(json)) }}
{%- endmacro %}

{% macro duckdb__json_sum(json) -%}
    list_sum(list_transform(
        json_extract({{ json }}, '$.*'), lambda member: try_cast(member ->> '$' as decimal(38, 15))
    ))
{%- endmacro %}
