{#
    A lateral table of a row and the items of its JSON array: item_number 0 is the row itself,
    with no item, and each item follows with its own number.
#}
{% macro itself_and_items(json) -%}
    {{ return(adapter.dispatch('itself_and_items', 'apportion')(json)) }}
{%- endmacro %}

{% macro duckdb__itself_and_items(json) -%}
    (
        select
            unnest(generate_series(0, coalesce(cast(json_array_length({{ json }}) as bigint), 0))) as item_number,
            unnest(list_prepend(null, coalesce(json_extract({{ json }}, '$[*]'), cast([] as json[])))) as item
    )
{%- endmacro %}
