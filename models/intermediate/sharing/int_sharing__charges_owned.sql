{{ config(materialized='view') }}

with

charges as (

    select * from {{ ref('int_charges__converted') }}
    where {{ in_periods() }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where {{ in_periods() }}

),

-- What came in several deliveries (views of the same money, reports that add up) is one posting. The rest of a charge
-- group is the same in all of them.
charges_summed as (

    select
        billing_period,
        charge_date,
        charge_group_id,
        min(cost_component) as cost_component,
        min(provider_name) as provider_name,
        min(currency) as currency,
        min(billing_currency) as billing_currency,
        sum(charge_count) as charge_count,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost,
        sum(billed_cost_in_billing_currency) as billed_cost_in_billing_currency,
        sum(effective_cost_in_billing_currency) as effective_cost_in_billing_currency,
        sum(storage_gb_months) as storage_gb_months,
        sum(network_gb) as network_gb,
        min(consumed_unit) as consumed_unit,
        -- Two units, or a cost without a quantity, leave no quantity that the whole cost is of.
        case
            when min(consumed_unit) = max(consumed_unit)
                and count_if(consumed_quantity is null and effective_cost <> 0) = 0
                then sum(consumed_quantity)
        end as consumed_quantity

    from charges

    group by billing_period, charge_date, charge_group_id

),

charges_owned as (

    select
        charges_summed.billing_period,
        charges_summed.charge_date,
        charges_summed.charge_group_id,
        owners.valid_from as owned_from,
        owners.pool_id,
        owners.team_id,
        owners.project_id,
        owners.lifecycle_stage,
        owners.ai_activity,
        charges_summed.cost_component,
        charges_summed.provider_name,
        charges_summed.charge_count,
        charges_summed.currency,
        charges_summed.billed_cost,
        charges_summed.effective_cost,
        charges_summed.billing_currency,
        charges_summed.billed_cost_in_billing_currency,
        charges_summed.effective_cost_in_billing_currency,
        charges_summed.storage_gb_months,
        charges_summed.network_gb,
        case when charges_summed.consumed_quantity is not null then charges_summed.consumed_unit end as consumed_unit,
        charges_summed.consumed_quantity

    from charges_summed

    left join owners
        on charges_summed.billing_period = owners.billing_period
            and charges_summed.charge_group_id = owners.charge_group_id
            and charges_summed.charge_date >= owners.valid_from
            and charges_summed.charge_date < owners.valid_to

)

select * from charges_owned
