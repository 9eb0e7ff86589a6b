{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set whole = [
    'moved.billing_period', 'moved.charge_date', 'moved.pool_id', 'moved.split_stage', 'moved.is_passing', 'moved.team_id',
    'moved.project_id', 'moved.lifecycle_stage', 'moved.ai_activity', 'moved.cost_component', 'moved.provider_name',
    'moved.billing_currency',
] %}

with

moved as (

    select * from {{ ref('int_sharing__pools_moved') }}

),

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where {{ in_periods() }}

),

pools_split as (

    select
        moved.billing_period,
        moved.charge_date,
        moved.pool_id,
        moved.policy_id,
        moved.rung,
        moved.method,
        shares.team_id,
        shares.project_id,
        shares.lifecycle_stage,
        shares.target_pool_id,
        shares.target_split_stage,
        moved.ai_activity,
        moved.cost_component,
        moved.provider_name,
        moved.currency,
        moved.billing_currency,
        {% for amount in posting_amounts() -%}
        {{ split_exactly('moved.' ~ amount, 'shares.share', 'shares.takes_remainder', whole) }} as {{ amount }}
        {{- ',' if not loop.last }}
        {% endfor %}

    from moved

    inner join shares
        on moved.billing_period = shares.billing_period
            and moved.charge_date = shares.charge_date
            and moved.pool_id = shares.pool_id
            and moved.split_stage = shares.split_stage

),

pools_received as (

    select
        billing_period,
        charge_date,
        pool_id,
        policy_id,
        rung,
        method,
        team_id,
        project_id,
        lifecycle_stage,
        target_pool_id,
        target_split_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        billing_currency,
        {% for amount in posting_amounts() -%}
        sum({{ amount }}) as {{ amount }}{{ ',' if not loop.last }}
        {% endfor %}

    from pools_split

    group by all

)

select * from pools_received
