{#
    Several JSON objects of tags as one: keys lose `prefix` (a regular expression), an empty value
    is no tag, nor is a key of `left_out`, and of two spellings of one key the first counts. Null when nothing is left.
#}
{% macro tags_united(tag_sets, prefix, left_out) -%}
    {{ return(adapter.dispatch('tags_united', 'apportion')(tag_sets, prefix, left_out)) }}
{%- endmacro %}

{% macro duckdb__tags_united(tag_sets, prefix, left_out) -%}
    nullif(
        cast(to_json(map_from_entries(list_transform(
            [list_filter(
                {% for tags in tag_sets -%}
                coalesce(list_transform(json_keys({{ tags }}), lambda tag_key: {
                    'key': regexp_replace(tag_key, '{{ prefix }}', ''),
                    'value': {{ tags }} ->> concat('$."', tag_key, '"')
                }), [])
                {{ '||' if not loop.last }}
                {%- endfor %},
                lambda tag: tag['value'] <> '' and tag['key'] not in ('{{ left_out | join("', '") }}')
            )],
            lambda found: list_transform(
                list_sort(list_distinct(list_transform(found, lambda tag: {{ fold("tag['key']") }}))),
                lambda folded: list_filter(found, lambda tag: {{ fold("tag['key']") }} = folded)[1]
            )
        )[1])) as varchar),
        '{}'
    )
{%- endmacro %}
