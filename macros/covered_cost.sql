{#
    What a charge that a commitment covers would have cost without it: at the negotiated price, or, where the bill does
    not state it (AWS, of reservations), at the list price. A zero beside a cost is a price that the bill does not
    state. Null where it states neither. `of` is where the costs are, such as `bills.`.
#}
{% macro covered_cost(of='') -%}
    coalesce(
        case when {{ of }}contracted_cost <> 0 or {{ of }}effective_cost = 0 then {{ of }}contracted_cost end,
        case when {{ of }}list_cost <> 0 or {{ of }}effective_cost = 0 then {{ of }}list_cost end,
        case when {{ of }}effective_cost = 0 then {{ of }}effective_cost end
    )
{%- endmacro %}
