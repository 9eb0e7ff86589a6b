{#
    The terms of the product of two sparse matrices of pools, day by day: to be summed by node and target_node. In
    decimals, whose sums do not depend on the order of rows.
#}
{% macro multiplied(left, right) -%}
    select
        hither.billing_period,
        hither.charge_date,
        hither.node,
        thither.target_node,
        cast(cast(hither.part as double) * cast(thither.part as double) as decimal(38, 18)) as part
    from {{ left }} as hither
    inner join {{ right }} as thither
        on hither.billing_period = thither.billing_period
            and hither.charge_date = thither.charge_date
            and hither.target_node = thither.node
{%- endmacro %}
