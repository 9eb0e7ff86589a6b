{#
    A JSON array of labels as a JSON object: `team:search` and `team=search` are the tag team, a label
    without a separator is a tag whose value is true. Null for none. In the order of the keys; of labels of
    one key the last by the alphabet counts (gateways name a client twice: `User-Agent: curl`, `User-Agent: curl/8.1`).
#}
{% macro tags_of_list(labels) -%}
    {{ return(adapter.dispatch('tags_of_list', 'apportion')(labels)) }}
{%- endmacro %}

{% macro duckdb__tags_of_list(labels) -%}
    nullif(
        cast(to_json(list_transform(
            [list_transform(
                list_filter(cast(cast({{ labels }} as json) as varchar[]), lambda label: trim(label) <> ''),
                lambda label: struct_pack(
                    k := trim(regexp_extract(label, '^[^:=]*')),
                    v := case
                        when regexp_matches(label, '[:=]') then trim(regexp_extract(label, '[:=](.*)$', 1)) else 'true'
                    end
                )
            )],
            lambda pairs: map_from_entries(list_sort(list_distinct(list_transform(
                pairs, lambda named: list_max(list_filter(pairs, lambda pair: pair['k'] = named['k']))
            ))))
        )[1]) as varchar),
        '{}'
    )
{%- endmacro %}
