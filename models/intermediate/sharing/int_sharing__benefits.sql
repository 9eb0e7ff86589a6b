{{ config(materialized='view') }}

with

benefits as (

    select * from {{ ref('int_charges__benefits') }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}

),

rates as (

    select * from {{ ref('int_charges__rates') }}

),

pool_owners as (

    select * from {{ ref('int_sharing__pool_owners') }}

),

-- Several commitments may cover the charges of a group, and one policy spread what they save.
benefits_summed as (

    select
        billing_period,
        charge_date,
        charge_group_id,
        pool_id,
        policy_id,
        cost_component,
        provider_name,
        billing_currency,
        sum(benefit_cost) as benefit_cost,
        sum(covered_cost) as covered_cost

    from benefits

    group by all

),

-- A benefit keeps stage and activity of the use that is covered, and is at the owner of its pool until that is split.
benefits_posted as (

    select
        benefits_summed.billing_period,
        benefits_summed.charge_date,
        benefits_summed.charge_group_id,
        owners.valid_from as owned_from,
        benefits_summed.pool_id,
        benefits_summed.policy_id,
        coalesce(pool_owners.owner_team_id, 'unallocated') as team_id,
        'unallocated' as project_id,
        owners.lifecycle_stage,
        owners.ai_activity,
        benefits_summed.cost_component,
        benefits_summed.provider_name,
        '{{ var("reporting_currency") }}' as currency,
        benefits_summed.billing_currency,
        benefits_summed.benefit_cost as effective_cost_in_billing_currency,
        cast(benefits_summed.benefit_cost * rates.rate as decimal(38, 12)) as effective_cost,
        cast(benefits_summed.covered_cost * rates.rate as decimal(38, 12)) as covered_cost

    from benefits_summed

    left join owners
        on benefits_summed.billing_period = owners.billing_period
            and benefits_summed.charge_group_id = owners.charge_group_id
            and benefits_summed.charge_date >= owners.valid_from
            and benefits_summed.charge_date < owners.valid_to

    left join rates
        on benefits_summed.billing_period = rates.billing_period
            and benefits_summed.billing_currency = rates.billing_currency

    left join pool_owners
        on benefits_summed.pool_id = pool_owners.pool_id
            and benefits_summed.charge_date >= pool_owners.valid_from
            and benefits_summed.charge_date < pool_owners.valid_to

)

select * from benefits_posted
