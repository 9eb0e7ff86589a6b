{{ config(materialized='view') }}

with

bills as (

    select
        *,
        {{ cost_component('stated_component', 'service_category', 'consumed_unit', 'pricing_unit') }}
            as cost_component,
        {{ unused_commitment_id() }} as unused_commitment_id,
        case when commitment_discount_status = 'Used' then {{ covering_commitment_id() }} end as covering_commitment_id

    from {{ ref('int_charges__bills_counted') }}

),

commitments_spread as (

    select distinct
        billing_period,
        charge_date,
        commitment_discount_id,
        pool_id

    from {{ ref('int_charges__benefits') }}

    where pool_id is not null

),

-- What says whose a benefit is.
bills_with_benefits as (

    select
        bills.*,
        commitments_spread.pool_id as benefit_pool_id,
        case
            when commitments_spread.pool_id is not null
                then coalesce({{ covered_cost('bills.') }}, bills.effective_cost)
        end as covered_cost

    from bills

    left join commitments_spread
        on bills.billing_period = commitments_spread.billing_period
            and bills.charge_date = commitments_spread.charge_date
            and bills.covering_commitment_id = commitments_spread.commitment_discount_id

),

contracts as (

    select * from {{ ref('stg_licenses__contracts') }}

),

license_days as (

    select * from {{ ref('int_charges__license_days') }}

),

hours as (

    select * from {{ ref('int_charges__hours_shown') }}

),

-- Bought on the invoice's date, consumed day by day: the two forms FOCUS has for a prepaid term.
licenses_bought as (

    select
        'licenses' as feed,
        delivery_id,
        charge_id,
        {{ month_of('billed_date') }} as billing_period,
        billed_date as charge_date,
        'licenses' as billing_account_id,
        provider_name,
        service_name,
        license_id as resource_id,
        contract_id as invoice_id,
        'Purchase' as charge_category,
        'One-Time' as charge_frequency,
        billing_currency,
        amount as billed_cost,
        cast(0 as decimal(38, 12)) as effective_cost

    from contracts

),

licenses_consumed as (

    select
        'licenses' as feed,
        delivery_id,
        concat('license-', license_id, '-', charge_date) as charge_id,
        billing_period,
        charge_date,
        'licenses' as billing_account_id,
        provider_name,
        service_name,
        license_id as resource_id,
        'Usage' as charge_category,
        'Recurring' as charge_frequency,
        billing_currency,
        cast(0 as decimal(38, 12)) as billed_cost,
        effective_cost

    from license_days

),

people_worked as (

    select
        'timesheets' as feed,
        delivery_id,
        charge_id,
        billing_period,
        charge_date,
        'timesheets' as billing_account_id,
        'internal' as provider_name,
        role as service_name,
        'Usage' as charge_category,
        'Usage-Based' as charge_frequency,
        project_name as stated_project,
        activity_name as stated_activity,
        tags,
        pool_id,
        billing_currency,
        hours_worked as consumed_quantity,
        'Hours' as consumed_unit,
        cast(0 as decimal(38, 12)) as billed_cost,
        effective_cost

    from hours

),

registers as (

    select *, 'licenses' as cost_component, 'Business Applications' as service_category from licenses_bought
    union all by name
    select *, 'licenses' as cost_component, 'Business Applications' as service_category from licenses_consumed
    union all by name
    select *, 'people' as cost_component, 'Other' as service_category from people_worked

),

registers_dated as (

    select
        *,
        provider_name as invoice_issuer_name,
        cast(null as varchar) as stated_team,
        effective_cost as list_cost,
        effective_cost as contracted_cost,
        cast(billing_period || '-01' as timestamp) as billing_period_start_at,
        cast(billing_period || '-01' as timestamp) + interval 1 month as billing_period_end_at,
        cast(charge_date as timestamp) as charge_period_start_at,
        cast(charge_date as timestamp) + interval 1 day as charge_period_end_at

    from registers

),

all_charges as (

    select * from bills_with_benefits
    union all by name
    select * from registers_dated

)

select * from all_charges
