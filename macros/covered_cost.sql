{#
    What a charge that a commitment covers would have cost without it: at the negotiated price, or, where the bill does
    not state it (AWS, of reservations), at the list price. A zero beside a cost is a price that the bill does not state.
    Null where it states neither.
#}
{% macro covered_cost() -%}
    coalesce(
        case when contracted_cost <> 0 or effective_cost = 0 then contracted_cost end,
        case when list_cost <> 0 or effective_cost = 0 then list_cost end,
        case when effective_cost = 0 then effective_cost end
    )
{%- endmacro %}
