{{ config(materialized='view', meta={'period_column': 'billing_period'}) }}

with

shares as (

    select * from {{ ref('int_sharing__shares') }}

),

steps as (

    select * from {{ ref('int_sharing__steps') }}

),

drivers_listed as (

    select
        policy_id,
        rung,
        max(window_days) as window_days,
        case
            when method = 'utilization' then 'gpu_hours'
            else {{ dbt.listagg("concat_ws(' of ', driver, feed)", "', '", 'order by driver, feed') }}
        end as drivers

    from steps

    where driver is not null

    group by policy_id, rung, method

),

shares_described as (

    select
        shares.billing_period,
        shares.charge_date,
        shares.pool_id,
        shares.split_stage,
        shares.policy_id,
        shares.rung,
        shares.method,
        drivers_listed.drivers,
        drivers_listed.window_days,
        shares.team_id,
        shares.project_id,
        shares.lifecycle_stage,
        shares.target_pool_id,
        shares.target_split_stage,
        shares.weight,
        shares.total_weight,
        shares.share

    from shares

    left join drivers_listed
        on shares.policy_id = drivers_listed.policy_id
            and shares.rung = drivers_listed.rung

)

select * from shares_described
