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

pools_split as (

    select * from {{ ref('int_sharing__nodes_open') }}
    where {{ in_periods() }}

),

-- What is in a pool has an owner if the pool has one, or if it is split on the day.
postings_judged as (

    select
        direct_postings.billing_period as month,
        direct_postings.provider_name,
        direct_postings.currency,
        direct_postings.effective_cost,
        case
            when direct_postings.pool_id is null and direct_postings.team_id <> 'unallocated' then 'owned'
            when direct_postings.team_id <> 'unallocated' or pools_split.pool_id is not null then 'shared'
            else 'unallocated'
        end as state

    from direct_postings

    left join pools_split
        on direct_postings.billing_period = pools_split.billing_period
            and direct_postings.charge_date = pools_split.charge_date
            and direct_postings.pool_id = pools_split.pool_id
            and pools_split.split_stage in ('', direct_postings.lifecycle_stage)

),

costs_by_state as (

    select
        month,
        provider_name,
        currency,
        {% for state in ['owned', 'shared', 'unallocated'] -%}
        sum(case when state = '{{ state }}' then effective_cost else 0 end) as {{ state }}_cost,
        {% endfor -%}
        sum(effective_cost) as total_cost

    from postings_judged

    group by month, provider_name, currency

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
