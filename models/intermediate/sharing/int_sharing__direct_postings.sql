{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set owner = ['billing_period', 'charge_date', 'charge_group_id', 'owned_from', 'pool_id', 'team_id', 'project_id',
    'lifecycle_stage', 'ai_activity', 'cost_component', 'provider_name', 'currency', 'billing_currency'] %}

with

charges_owned as (

    select * from {{ ref('int_sharing__charges_owned') }}

),

benefits as (

    select * from {{ ref('int_sharing__benefits') }}
    where {{ in_periods() }}

),

benefits_summed as (

    select
        billing_period,
        charge_date,
        charge_group_id,
        sum(effective_cost) as effective_cost,
        sum(effective_cost_in_billing_currency) as effective_cost_in_billing_currency,
        sum(covered_cost) as covered_cost

    from benefits

    group by billing_period, charge_date, charge_group_id

),

-- Without its benefit what a commitment covers costs what it would have cost without the commitment.
direct_postings as (

    select
        charges_owned.{{ owner | join(', charges_owned.') }},
        null as policy_id,
        charges_owned.charge_count,
        charges_owned.billed_cost,
        charges_owned.billed_cost_in_billing_currency,
        charges_owned.effective_cost - coalesce(benefits_summed.effective_cost, 0) as effective_cost,
        charges_owned.effective_cost_in_billing_currency
        - coalesce(benefits_summed.effective_cost_in_billing_currency, 0) as effective_cost_in_billing_currency,
        charges_owned.storage_gb_months,
        charges_owned.network_gb,
        charges_owned.consumed_unit,
        charges_owned.consumed_quantity,
        benefits_summed.covered_cost
    from charges_owned
    left join benefits_summed
        on charges_owned.billing_period = benefits_summed.billing_period
            and charges_owned.charge_date = benefits_summed.charge_date
            and charges_owned.charge_group_id = benefits_summed.charge_group_id
    union all
    -- What is spread is on no invoice, and was not used a second time.
    select
        {{ owner | join(', ') }},
        policy_id, 0, 0, 0, effective_cost, effective_cost_in_billing_currency, null, null, null, null, null
    from benefits
    where pool_id is not null

)

select * from direct_postings
