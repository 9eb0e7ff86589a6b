{{ config(materialized='view', meta={'period_column': 'billing_period'}) }}

with

postings as (

    select * from {{ ref('int_sharing__ledger') }}

),

postings_identified as (

    select
        md5(concat_ws(
            chr(31), posting_kind, billing_period, cast(charge_date as varchar), coalesce(charge_group_id, '~'),
            coalesce(pool_id, '~'), coalesce(policy_id, '~'),
            coalesce(target_pool_id, '~'), coalesce(cast(rung as varchar), '~'), team_id, project_id,
            lifecycle_stage, ai_activity,
            cost_component, provider_name, billing_currency
        )) as posting_id,
        billing_period,
        charge_date,
        posting_period,
        posting_kind,
        charge_group_id,
        pool_id,
        policy_id,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity,
        cost_component,
        provider_name,
        currency,
        billed_cost,
        effective_cost,
        billing_currency,
        billed_cost_in_billing_currency,
        effective_cost_in_billing_currency,
        target_pool_id,
        rung,
        method

    from postings

)

select * from postings_identified
