{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

pool_days as (

    select * from {{ ref('int_sharing__pool_days') }}
    where {{ in_periods() }} and policy_id is not null

),

policies as (

    select * from {{ ref('pool_policies') }}

),

targets as (

    select * from {{ ref('pool_targets') }}

),

drivers as (

    select * from {{ ref('pool_drivers') }}

),

days_shared as (

    select distinct billing_period, charge_date from pool_days

),

pools_fed as (

    select target_pool_id as pool_id from targets where target_pool_id is not null
    union distinct
    select {{ unused_commitment_pool() }} as pool_id from drivers where capacity is not null

),

split_stages as (

    {% for stage in ['', 'development', 'testing', 'production', 'unknown'] -%}
    select '{{ stage }}' as split_stage
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- Nobody may have charged anything to a pool on a day on which other pools give to it.
pools_fed_by_day as (

    select
        days_shared.billing_period,
        days_shared.charge_date,
        pools_fed.pool_id,
        policies.policy_id,
        split_stages.split_stage

    from days_shared

    cross join pools_fed

    inner join policies
        on pools_fed.pool_id = policies.pool_id
            and days_shared.charge_date >= coalesce(policies.valid_from, date '0001-01-01')
            and days_shared.charge_date < coalesce(policies.valid_to, date '9999-12-31')

    inner join split_stages
        on (policies.partition_by is null) = (split_stages.split_stage = '')

),

pools_split as (

    select billing_period, charge_date, pool_id, policy_id, split_stage from pool_days
    union distinct
    select billing_period, charge_date, pool_id, policy_id, split_stage from pools_fed_by_day

)

select * from pools_split
