{{ config(materialized='view', meta={'period_column': 'billing_period'}) }}

with

shares as (

    select * from {{ ref('int_sharing__shares') }}

),

drivers_weighed as (

    select * from {{ ref('int_sharing__drivers_weighed') }}

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
        drivers_weighed.drivers,
        drivers_weighed.window_days,
        shares.team_id,
        shares.project_id,
        shares.lifecycle_stage,
        shares.target_pool_id,
        shares.target_split_stage,
        shares.weight,
        shares.total_weight,
        shares.share

    from shares

    left join drivers_weighed
        on shares.policy_id = drivers_weighed.policy_id
            and shares.rung = drivers_weighed.rung

)

select * from shares_described
