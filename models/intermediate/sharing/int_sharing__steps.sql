{{ config(materialized='view') }}

{% set weigh_use = "('proportional', 'driver', 'weighted', 'summed', 'dominant', 'tiered', 'utilization')" %}

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

pool_steps as (

    select * from {{ ref('pool_steps') }}

),

-- What is useful is paid by who used it: no line says so.
measures as (

    select
        policy_id, {{ measure_asked('driver', 'model_name') }} as driver, feed, weight, capacity, false as is_step
    from drivers
    union all
    select policy_id, {{ utilization_measure('step') }}, null, null, null, true as is_step from pool_steps
    union distinct
    select policy_id, {{ utilization_measure("'useful'") }}, null, null, null, true as is_step from pool_steps

),

rungs as (

    select policy_id, 0 as rung, method, window_days from policies
    union all
    select
        policy_id, row_number() over (partition by policy_id order by place nulls last) as rung, method, window_days
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
            when rungs_with_terms.method in {{ weigh_use }} then measures.driver
        end as driver,
        case when rungs_with_terms.method not in ('proportional', 'dominant') then measures.feed end as feed,
        case
            when rungs_with_terms.method in ('weighted', 'summed', 'tiered') then coalesce(measures.weight, 1)
            else 1
        end as mix_weight,
        case
            when rungs_with_terms.method = 'driver'
                then cast(measures.capacity * rungs_with_terms.window_days as decimal(38, 12))
        end as capacity

    from rungs_with_terms

    left join measures
        on rungs_with_terms.policy_id = measures.policy_id
            and measures.is_step = (rungs_with_terms.method = 'utilization')
            and rungs_with_terms.method not in ('even', 'fixed', 'proportional', 'dominant')

)

select * from steps where mix_weight > 0
