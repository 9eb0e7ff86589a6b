{#
    A JSON object as text: that of `given` (JSON, may be null), and over it each value of `columns`
    (key: SQL) that is not null; null when nothing is left.
#}
{% macro json_tags(columns, given='null') -%}
    {{ return(adapter.dispatch('json_tags', 'apportion')(columns, given)) }}
{%- endmacro %}

{% macro duckdb__json_tags(columns, given) -%}
    nullif(cast(json_merge_patch(coalesce({{ given }}, '{}'), json_merge_patch('{}', json_object(
        {%- for key, value in columns.items() %}'{{ key }}', {{ value }}{{ ', ' if not loop.last }}{% endfor -%}
    ))) as varchar), '{}')
{%- endmacro %}
