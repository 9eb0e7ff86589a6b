{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }}

),

costs_by_state as (

    select
        billing_period as month,
        provider_name,
        currency,
        sum(case when pool_id is null and team_id <> 'unallocated' then effective_cost else 0 end) as owned_cost,
        sum(case when pool_id is not null then effective_cost else 0 end) as shared_cost,
        sum(case when pool_id is null and team_id = 'unallocated' then effective_cost else 0 end)
            as unallocated_cost,
        sum(effective_cost) as total_cost

    from direct_postings

    group by billing_period, provider_name, currency

),

coverage as (

    select
        month,
        provider_name,
        currency,
        cast(owned_cost as decimal(38, 12)) as owned_cost,
        cast(shared_cost as decimal(38, 12)) as shared_cost,
        cast(unallocated_cost as decimal(38, 12)) as unallocated_cost,
        cast(total_cost as decimal(38, 12)) as total_cost,
        cast(100 * owned_cost / nullif(total_cost, 0) as double) as owned_percent,
        cast(100 * shared_cost / nullif(total_cost, 0) as double) as shared_percent,
        cast(100 * unallocated_cost / nullif(total_cost, 0) as double) as unallocated_percent

    from costs_by_state

)

select * from coverage
