{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }} and pool_id is not null

),

policies as (

    select * from {{ ref('pool_policies') }}

),

pools_by_day as (

    select
        billing_period,
        charge_date,
        pool_id,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        billing_currency,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost,
        sum(billed_cost_in_billing_currency) as billed_cost_in_billing_currency,
        sum(effective_cost_in_billing_currency) as effective_cost_in_billing_currency

    from direct_postings

    group by all

),

pools_under_policy as (

    select
        pools_by_day.*,
        policies.policy_id,
        -- What is split apart: the charges of a stage, where the policy says so.
        case when policies.partition_by = 'lifecycle_stage' then pools_by_day.lifecycle_stage else '' end
            as split_stage

    from pools_by_day

    left join policies
        on pools_by_day.pool_id = policies.pool_id
            and pools_by_day.charge_date >= coalesce(policies.valid_from, date '0001-01-01')
            and pools_by_day.charge_date < coalesce(policies.valid_to, date '9999-12-31')

)

select * from pools_under_policy
