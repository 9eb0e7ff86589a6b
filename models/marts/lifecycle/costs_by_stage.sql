{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

monthly_costs as (

    select * from {{ ref('monthly_costs') }}
    where {{ in_periods('month') }}

),

quantities as (

    select
        *,
        billing_period as month,
        '{{ var("reporting_currency") }}' as currency

    from {{ ref('int_sharing__quantities') }}

),

-- What was used where the ledger charges nothing has a row of its own.
all_measures as (

    select * from monthly_costs
    union all by name
    select * from quantities

),

measures_summed as (

    select
        month,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        currency,
        sum(total_cost) as total_cost,
        sum(gpu_hours) as gpu_hours,
        sum(tokens) as tokens,
        sum(storage_gb_months) as storage_gb_months,
        sum(network_gb) as network_gb,
        sum(runs) as runs

    from all_measures

    group by all

),

costs_by_stage as (

    select
        month,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        currency,
        cast(total_cost as decimal(38, 12)) as total_cost,
        cast(total_cost / nullif(sum(total_cost) over (partition by month, project_id, currency), 0) as double)
            as share_of_project,
        cast(gpu_hours as decimal(38, 12)) as gpu_hours,
        cast(tokens as decimal(38, 12)) as tokens,
        cast(storage_gb_months as decimal(38, 12)) as storage_gb_months,
        cast(network_gb as decimal(38, 12)) as network_gb,
        cast(runs as decimal(38, 12)) as runs

    from measures_summed

)

select * from costs_by_stage
