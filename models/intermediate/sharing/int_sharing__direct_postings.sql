{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

charges as (

    select * from {{ ref('int_charges__converted') }}
    where {{ in_periods() }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where {{ in_periods() }}

),

-- What came in several deliveries (views of the same money, reports that add up) is one posting.
charges_owned as (

    select
        charges.billing_period,
        charges.charge_date,
        charges.charge_group_id,
        owners.pool_id,
        owners.team_id,
        owners.project_id,
        owners.lifecycle_stage,
        owners.ai_activity,
        charges.cost_component,
        charges.provider_name,
        charges.currency,
        sum(charges.billed_cost) as billed_cost,
        sum(charges.effective_cost) as effective_cost,
        charges.billing_currency,
        sum(charges.billed_cost_in_billing_currency) as billed_cost_in_billing_currency,
        sum(charges.effective_cost_in_billing_currency) as effective_cost_in_billing_currency,
        sum(charges.storage_gb_months) as storage_gb_months,
        sum(charges.network_gb) as network_gb

    from charges

    left join owners
        on charges.billing_period = owners.billing_period
            and charges.charge_group_id = owners.charge_group_id
            and charges.charge_date >= owners.valid_from
            and charges.charge_date < owners.valid_to

    group by all

)

select * from charges_owned
