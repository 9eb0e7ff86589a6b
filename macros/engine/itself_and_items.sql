{#
    In a select list: a row for the row itself and for each item of its JSON array, with the columns item_number, which is
    0 for the row itself, and item, which it has none of. A lateral table would keep a filter of the row from its scan.
#}
{% macro itself_and_items(json) -%}
    {{ return(adapter.dispatch('itself_and_items', 'apportion')(json)) }}
{%- endmacro %}

{% macro duckdb__itself_and_items(json) -%}
    unnest(generate_series(0, coalesce(cast(json_array_length({{ json }}) as bigint), 0))) as item_number,
    unnest(list_prepend(null, coalesce(json_extract({{ json }}, '$[*]'), cast([] as json[])))) as item
{%- endmacro %}
