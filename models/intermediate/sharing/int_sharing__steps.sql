{{ config(materialized='view') }}

{% set weigh_use = "('proportional', 'driver', 'weighted', 'summed', 'dominant', 'tiered')" %}

with

policies as (

    select * from {{ ref('pool_policies') }}

),

fallbacks as (

    select * from {{ ref('pool_fallbacks') }}

),

drivers as (

    select * from {{ ref('pool_drivers') }}

),

rungs as (

    select policy_id, 0 as rung, method, window_days from policies
    union all
    select
        policy_id,
        row_number() over (partition by policy_id order by place nulls last) as rung,
        method,
        window_days
    from fallbacks

),

rungs_with_terms as (

    select
        rungs.policy_id,
        cast(rungs.rung as integer) as rung,
        rungs.method,
        case when rungs.method in {{ weigh_use }} then coalesce(rungs.window_days, 1) end as window_days,
        case when rungs.method = 'tiered' then policies.minimum_share else 0 end as minimum_share

    from rungs

    inner join policies
        on rungs.policy_id = policies.policy_id

),

-- What a rung weighs; null where it weighs nothing that anybody used.
steps as (

    select
        rungs_with_terms.*,
        case
            when rungs_with_terms.method = 'proportional' then 'direct_cost'
            when rungs_with_terms.method = 'dominant' then concat('dominant:', rungs_with_terms.policy_id)
            when rungs_with_terms.method in {{ weigh_use }} then drivers.driver
        end as driver,
        case when rungs_with_terms.method not in ('proportional', 'dominant') then drivers.feed end as feed,
        case
            when rungs_with_terms.method in ('weighted', 'summed', 'tiered') then coalesce(drivers.weight, 1)
            else 1
        end as mix_weight

    from rungs_with_terms

    left join drivers
        on rungs_with_terms.policy_id = drivers.policy_id
            and rungs_with_terms.method in ('driver', 'weighted', 'summed', 'tiered')

)

select * from steps where mix_weight > 0
