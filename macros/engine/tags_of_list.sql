{#
    A JSON array of labels as a JSON object: `team:search` and `team=search` are the tag team, a
    label without a value is a tag whose value is true. Null for none; the last of a key counts.
#}
{% macro tags_of_list(labels) -%}
    {{ return(adapter.dispatch('tags_of_list', 'apportion')(labels)) }}
{%- endmacro %}

{% macro duckdb__tags_of_list(labels) -%}
    nullif(
        cast(
            map_from_entries(
                list_sort(list_distinct(list_transform(
                    list_filter(cast(cast({{ labels }} as json) as varchar[]), lambda label: trim(label) <> ''),
                    lambda label: struct_pack(
                        k := trim(regexp_extract(label, '^[^:=]*')),
                        v := coalesce(nullif(trim(regexp_extract(label, '[:=](.*)$', 1)), ''), 'true')
                    )
                )))
            ) as json
        )::varchar,
        '{}'
    )
{%- endmacro %}
