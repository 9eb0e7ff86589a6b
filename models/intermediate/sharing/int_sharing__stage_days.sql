{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

{% set components = cost_components() -%}
with

postings as (

    select * from {{ ref('int_sharing__ledger') }}
    where {{ in_periods('posting_period') }}

),

stage_days as (

    select
        posting_period as month,
        project_id,
        lifecycle_stage,
        currency,
        charge_date,
        {% for component in components -%}
        cast(sum(case when cost_component = '{{ component }}' then effective_cost else 0 end) as decimal(38, 12))
            as {{ component }}_cost,
        {% endfor -%}
        cast(sum(effective_cost) as decimal(38, 12)) as total_cost

    from postings

    group by posting_period, project_id, lifecycle_stage, currency, charge_date

)

select * from stage_days
