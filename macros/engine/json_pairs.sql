{# The keys and text values of a JSON object, as a lateral table with columns key and value. #}
{% macro json_pairs(json) -%}
    {{ return(adapter.dispatch('json_pairs', 'apportion')(json)) }}
{%- endmacro %}

{% macro duckdb__json_pairs(json) -%}
    (
        select
            entry.key as key,
            entry.value ->> '$' as value
        from json_each({{ json }}) as entry
    )
{%- endmacro %}
