{{ config(materialized='view') }}

with

wholes as (

    select * from {{ ref('int_sharing__wholes') }}
    where {{ in_periods() }}

),

remainders as (

    select * from {{ ref('int_sharing__remainders') }}
    where {{ in_periods() }}

),

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where {{ in_periods() }}

),

-- The largest share takes what rounding left.
parts as (

    select
        wholes.billing_period,
        wholes.charge_date,
        wholes.pool_id,
        wholes.split_stage,
        wholes.policy_id,
        wholes.rung,
        wholes.method,
        shares.team_id,
        shares.project_id,
        shares.lifecycle_stage,
        shares.target_pool_id,
        shares.target_split_stage,
        wholes.ai_activity,
        wholes.cost_component,
        wholes.provider_name,
        wholes.currency,
        wholes.billing_currency,
        {{ each_amount(
            'cast(' ~ part_of('wholes.@', 'shares.share')
            ~ ' + case when shares.takes_remainder then remainders.@ else 0 end as decimal(38, 12))'
        ) }}

    from wholes

    inner join remainders
        on wholes.billing_period = remainders.billing_period
            and wholes.whole_number = remainders.whole_number

    inner join shares
        on wholes.billing_period = shares.billing_period
            and wholes.charge_date = shares.charge_date
            and wholes.pool_id = shares.pool_id
            and wholes.split_stage = shares.split_stage

)

select * from parts
