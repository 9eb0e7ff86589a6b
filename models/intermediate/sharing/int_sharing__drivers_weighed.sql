{{ config(materialized='view') }}

with

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where driver is not null

),

drivers as (

    select * from {{ ref('pool_drivers') }}

),

-- The measure of what dominant compares, and of GPU-hours in steps, is a name of ours.
drivers_named as (

    select policy_id, rung, window_days, concat_ws(' of ', driver, feed) as driver_name from steps
    where method not in ('dominant', 'utilization')
    union all
    select distinct policy_id, rung, window_days, 'gpu_hours' as driver_name from steps
    where method = 'utilization'
    union all
    select
        steps.policy_id, steps.rung, steps.window_days, concat_ws(' of ', drivers.driver, drivers.feed) as driver_name
    from steps
    inner join drivers on steps.policy_id = drivers.policy_id
    where steps.method = 'dominant' and coalesce(drivers.weight, 1) > 0

),

drivers_weighed as (

    select
        policy_id,
        rung,
        max(window_days) as window_days,
        {{ dbt.listagg('driver_name', "', '", 'order by driver_name') }} as drivers

    from drivers_named

    group by policy_id, rung

)

select * from drivers_weighed
