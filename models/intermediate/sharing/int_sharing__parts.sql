{{ config(materialized='view') }}

with

wholes as (

    select * from {{ ref('int_sharing__wholes') }}
    where {{ in_periods() }}

),

remainders as (

    select * from {{ ref('int_sharing__remainders') }}

),

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where {{ in_periods() }}

),

wholes_with_remainders as (

    select
        wholes.*,
        {% for amount in posting_amounts() -%}
        remainders.{{ amount }} as remaining_{{ amount }}{{ ',' if not loop.last }}
        {% endfor %}

    from wholes

    inner join remainders using (billing_period, whole_number)

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
        {% for amount in posting_amounts() -%}
        cast(
            {{ part_of('wholes.' ~ amount, 'shares.share') }}
            + case when shares.takes_remainder then wholes.remaining_{{ amount }} else 0 end
            as decimal(38, 12)
        ) as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}

    from wholes_with_remainders as wholes

    inner join shares
        on wholes.billing_period = shares.billing_period
            and wholes.charge_date = shares.charge_date
            and wholes.pool_id = shares.pool_id
            and wholes.split_stage = shares.split_stage

)

select * from parts
