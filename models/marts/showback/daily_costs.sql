{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

postings as (

    select * from {{ ref('int_sharing__ledger') }}
    where {{ in_periods('posting_period') }}

),

costs_by_day as (

    select
        posting_period as month,
        charge_date,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        cast(sum(case when posting_kind = 'direct' then effective_cost else 0 end) as decimal(38, 12))
            as direct_cost,
        cast(sum(case when posting_kind <> 'direct' then effective_cost else 0 end) as decimal(38, 12))
            as shared_cost,
        cast(sum(effective_cost) as decimal(38, 12)) as total_cost,
        cast(sum(billed_cost) as decimal(38, 12)) as billed_cost

    from postings

    group by all

)

select * from costs_by_day
