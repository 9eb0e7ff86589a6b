{% set thing = 'team_id, project_id, cost_component, provider_name, service_name, consumed_unit, currency' -%}
{#
    The quantity of the month at the price of the month before. Null where a month has no quantity, and where the one
    before is so little that its price means nothing, and would not fit a decimal.
#}
{% set at_price = 'cast(direct_cost_before as double) * quantity / quantity_before' -%}
{% set cost_at_price_before -%}
    case
            when quantity > 0 and quantity_before > 0 and abs({{ at_price }}) < 1e20
                then cast({{ at_price }} as decimal(38, 12))
        end
{%- endset -%}
with

skus_compared as (

    select
        *,
        {{ cost_at_price_before }} as cost_at_price_before

    from {{ ref('int_sharing__skus_compared') }}

),

-- The price of a SKU that is in one of the months alone did not move.
things_summed as (

    select
        month,
        {{ thing }},
        sum(direct_cost_before) as direct_cost_before,
        sum(direct_cost) as direct_cost,
        coalesce(sum(direct_cost), 0) - coalesce(sum(direct_cost_before), 0) as direct_cost_change,
        sum(quantity_before) as quantity_before,
        sum(quantity) as quantity,
        coalesce(sum(direct_cost - cost_at_price_before), 0) as price_change

    from skus_compared

    group by all

),

things_priced as (

    select
        *,
        {{ cost_at_price_before }} - direct_cost_before as usage_change

    from things_summed

),

things_judged as (

    select
        *,
        case
            when direct_cost_before is null then 'new'
            when direct_cost is null then 'gone'
            when usage_change is null then 'unmeasured'
            else 'measured'
        end as kind

    from things_priced

),

movers as (

    select
        month,
        {{ thing }},
        cast(coalesce(direct_cost_before, 0) as decimal(38, 12)) as direct_cost_before,
        cast(coalesce(direct_cost, 0) as decimal(38, 12)) as direct_cost,
        cast(direct_cost_change as decimal(38, 12)) as direct_cost_change,
        cast(quantity_before as decimal(38, 12)) as quantity_before,
        cast(quantity as decimal(38, 12)) as quantity,
        cast(case when kind = 'measured' then usage_change end as decimal(38, 12)) as usage_change,
        cast(case when kind = 'measured' then price_change end as decimal(38, 12)) as price_change,
        cast(case when kind = 'measured' then direct_cost_change - usage_change - price_change end as decimal(38, 12))
            as mix_change,
        cast(case when kind = 'new' then direct_cost_change end as decimal(38, 12)) as new_change,
        cast(case when kind = 'gone' then direct_cost_change end as decimal(38, 12)) as gone_change,
        cast(case when kind = 'unmeasured' then direct_cost_change end as decimal(38, 12)) as unmeasured_change

    from things_judged

    where direct_cost <> 0 or direct_cost_before <> 0

)

select * from movers
