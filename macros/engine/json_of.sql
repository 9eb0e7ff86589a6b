{# A JSON object of the given keys, without those that are null; null when all of them are. #}
{% macro json_of(values) -%}
    {{ return(adapter.dispatch('json_of', 'apportion')(values)) }}
{%- endmacro %}

{% macro duckdb__json_of(values) -%}
    nullif(
        cast(
            json_merge_patch(
                '{}', json_object({% for key, value in values.items() %}'{{ key }}', {{ value }}{{ ', ' if not loop.last }}{% endfor %})
            ) as varchar
        ),
        '{}'
    )
{%- endmacro %}
