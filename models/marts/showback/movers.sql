{% set thing = 'team_id, project_id, cost_component, provider_name, service_name, consumed_unit, currency' -%}
with

things_compared as (

    select
        *,
        coalesce(direct_cost, 0) - coalesce(direct_cost_before, 0) as own_change,
        {{ cost_at_price_before() }} - direct_cost_before as usage_change

    from {{ ref('int_sharing__things_compared') }}

),

things_judged as (

    select
        *,
        case
            when direct_cost_before is null and direct_cost is null then 'handed on'
            when direct_cost_before is null then 'new'
            when direct_cost is null then 'gone'
            when usage_change is null then 'unmeasured'
            else 'measured'
        end as kind

    from things_compared

),

movers as (

    select
        month,
        {{ thing }},
        cast(coalesce(direct_cost_before, 0) - coalesce(policy_change, 0) as decimal(38, 12)) as direct_cost_before,
        cast(coalesce(direct_cost, 0) as decimal(38, 12)) as direct_cost,
        cast(own_change + coalesce(policy_change, 0) as decimal(38, 12)) as direct_cost_change,
        cast(quantity_before as decimal(38, 12)) as quantity_before,
        cast(quantity as decimal(38, 12)) as quantity,
        cast(case when kind = 'measured' then usage_change end as decimal(38, 12)) as usage_change,
        cast(case when kind = 'measured' then price_change end as decimal(38, 12)) as price_change,
        cast(case when kind = 'measured' then own_change - usage_change - price_change end as decimal(38, 12))
            as mix_change,
        cast(case when kind = 'new' then own_change end as decimal(38, 12)) as new_change,
        cast(case when kind = 'gone' then own_change end as decimal(38, 12)) as gone_change,
        cast(case when kind = 'unmeasured' then own_change end as decimal(38, 12)) as unmeasured_change,
        cast(policy_change as decimal(38, 12)) as policy_change,
        policy_reasons

    from things_judged

    where direct_cost <> 0 or direct_cost_before <> 0 or policy_change <> 0

)

select * from movers
