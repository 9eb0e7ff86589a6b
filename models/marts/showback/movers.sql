{% set thing = 'team_id, project_id, cost_component, provider_name, service_name, consumed_unit, currency' -%}
with

things_compared as (

    select
        *,
        coalesce(direct_cost, 0) - coalesce(direct_cost_before, 0) as own_change,
        {{ cost_at_price_before() }} - direct_cost_before as usage_change

    from {{ ref('int_sharing__things_compared') }}

),

-- A month whose first figures are kept has them of everything: what is missing cost nothing then.
things_judged as (

    select
        *,
        case
            when direct_cost_before is null and direct_cost is null then 'neither'
            when direct_cost_before is null then 'new'
            when direct_cost is null then 'gone'
            when usage_change is null then 'unmeasured'
            else 'measured'
        end as kind,
        coalesce(direct_cost_before, 0) - coalesce(policy_change, 0) + coalesce(earlier_cost_before, 0) as all_before,
        coalesce(direct_cost, 0) + coalesce(earlier_cost, 0) as all_now,
        max(first_cost_before) over (partition by month, currency) is not null as has_first_before,
        max(first_cost) over (partition by month, currency) is not null as has_first

    from things_compared

),

movers as (

    select
        month,
        {{ thing }},
        cast(all_before as decimal(38, 12)) as direct_cost_before,
        cast(all_now as decimal(38, 12)) as direct_cost,
        cast(all_now - all_before as decimal(38, 12)) as direct_cost_change,
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
        policy_reasons,
        cast(
            case
                when coalesce(earlier_cost, earlier_cost_before) is not null
                    then coalesce(earlier_cost, 0) - coalesce(earlier_cost_before, 0)
            end as decimal(38, 12)
        ) as restatement_change,
        cast(case when has_first_before then all_before - coalesce(first_cost_before, 0) end as decimal(38, 12))
            as restated_before,
        cast(case when has_first then all_now - coalesce(first_cost, 0) end as decimal(38, 12)) as restated

    from things_judged

    where all_before <> 0 or all_now <> 0 or policy_change <> 0

)

select * from movers
