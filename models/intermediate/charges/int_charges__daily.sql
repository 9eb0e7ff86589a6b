{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

bill_days as (

    select * from {{ ref('int_charges__bill_days') }}

),

license_seats as (

    select * from {{ ref('int_charges__license_seats') }}
    where {{ in_periods() }}

),

contracts as (

    select * from {{ ref('stg_licenses__contracts') }}

),

hours as (

    select * from {{ ref('int_charges__hours_shown') }}
    where {{ in_periods() }}

),

licenses_consumed as (

    select
        'licenses' as feed,
        billing_period,
        charge_date,
        delivery_id,
        'licenses' as billing_account_id,
        provider_name,
        'Business Applications' as service_category,
        service_name,
        license_id as resource_id,
        'Usage' as charge_category,
        'licenses' as cost_component,
        stated_team,
        stated_project,
        pool_id,
        billing_currency,
        1 as charge_count,
        'Seat-Days' as consumed_unit,
        seats as consumed_quantity,
        cast(0 as decimal(38, 12)) as billed_cost,
        effective_cost

    from license_seats

),

licenses_bought as (

    select
        'licenses' as feed,
        {{ month_of('billed_date') }} as billing_period,
        billed_date as charge_date,
        delivery_id,
        'licenses' as billing_account_id,
        provider_name,
        'Business Applications' as service_category,
        service_name,
        license_id as resource_id,
        'Purchase' as charge_category,
        contract_id as invoice_id,
        'licenses' as cost_component,
        billing_currency,
        1 as charge_count,
        amount as billed_cost,
        cast(0 as decimal(38, 12)) as effective_cost

    from contracts

),

-- People are not invoiced: their cost is consumed, never billed.
people_worked as (

    select
        'timesheets' as feed,
        billing_period,
        charge_date,
        delivery_id,
        'timesheets' as billing_account_id,
        'internal' as provider_name,
        'Other' as service_category,
        role as service_name,
        'Usage' as charge_category,
        'people' as cost_component,
        project_name as stated_project,
        activity_name as stated_activity,
        tags,
        pool_id,
        billing_currency,
        sum(charge_count) as charge_count,
        case when role <> 'withheld' then 'Hours' end as consumed_unit,
        -- Hours beside their cost would tell the role that is withheld.
        sum(case when role <> 'withheld' then hours_worked end) as consumed_quantity,
        cast(0 as decimal(38, 12)) as billed_cost,
        sum(effective_cost) as effective_cost

    from hours

    group by
        billing_period, charge_date, delivery_id, role, project_name, activity_name, tags, pool_id, billing_currency

),

all_charges as (

    select * from bill_days
    union all by name
    select * from licenses_consumed
    union all by name
    select * from licenses_bought where {{ in_periods() }}
    union all by name
    select * from people_worked

),

charges_identified as (

    select
        billing_period,
        charge_date,
        {{ charge_group_id() }} as charge_group_id,
        {{ charge_group_columns() | join(',\n        ') }},
        delivery_id,
        charge_count,
        model_name,
        consumed_unit,
        cast(consumed_quantity as decimal(38, 12)) as consumed_quantity,
        billed_cost,
        effective_cost

    from all_charges

)

select * from charges_identified
