{#
    Several JSON objects of tags as one: keys lose `prefix` (a regular expression), an empty value
    is no tag, and of two spellings of one key the first counts. Null when nothing is left.
#}
{% macro tags_united(tag_sets, prefix) -%}
    {{ return(adapter.dispatch('tags_united', 'apportion')(tag_sets, prefix)) }}
{%- endmacro %}

{% macro duckdb__tags_united(tag_sets, prefix) -%}
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
                lambda tag: tag['value'] <> ''
            )],
            lambda found: list_transform(
                list_sort(list_distinct(list_transform(found, lambda tag: {{ fold("tag['key']") }}))),
                lambda folded: list_filter(found, lambda tag: {{ fold("tag['key']") }} = folded)[1]
            )
        )[1])) as varchar),
        '{}'
    )
{%- endmacro %}
