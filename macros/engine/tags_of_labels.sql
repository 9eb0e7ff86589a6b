{#
    The pairs of JSON arrays, [{"key": ..., "value": ...}], as one JSON object: of a key that
    several have, the last counts. Null when there is none.
#}
{% macro tags_of_labels(arrays) -%}
    {{ return(adapter.dispatch('tags_of_labels', 'apportion')(arrays)) }}
{%- endmacro %}

{% macro duckdb__tags_of_labels(arrays) -%}
    nullif(cast(json_merge_patch('{}'
        {%- for array in arrays %}, concat('{', array_to_string(list_transform(
            from_json({{ array }}, '[{"key": "VARCHAR", "value": "VARCHAR"}]'),
            lambda pair: concat(to_json(pair['key']), ':', to_json(pair['value']))
        ), ','), '}')
        {%- endfor %}) as varchar), '{}')
{%- endmacro %}
