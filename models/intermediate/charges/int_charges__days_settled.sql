{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set month_end = dbt.dateadd('month', 1, "cast(concat(provider_days.billing_period, '-01') as date)") -%}
with

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }}

),

-- A register (contracts) belongs to no month: nothing more of a month is awaited from it.
deliveries as (

    select * from {{ ref('stg_ingestion__deliveries') }}
    where status = 'current' and billing_period is not null

),

provider_days as (

    select
        billing_period,
        charge_date,
        provider_name,
        delivery_id,
        count_if(charge_category = 'Usage' and cost_component not in ('licenses', 'people')) > 0 as has_usage

    from charges

    group by billing_period, charge_date, provider_name, delivery_id

),

days_judged as (

    select
        provider_days.billing_period,
        provider_days.charge_date,
        provider_days.provider_name,
        provider_days.has_usage,
        deliveries.received_at,
        cast({{ dbt.dateadd('day', var('days_to_settle'), month_end) }} as date) as settled_from,
        coalesce(
            deliveries.received_at < {{ dbt.dateadd('day', var('days_to_settle'), month_end) }}, false
        ) as is_provisional

    from provider_days

    left join deliveries
        on provider_days.delivery_id = deliveries.delivery_id
            and provider_days.billing_period = deliveries.billing_period

),

days_settled as (

    select
        billing_period,
        charge_date,
        provider_name,
        count_if(has_usage) > 0 as has_usage,
        count_if(is_provisional) > 0 as is_provisional,
        max(case when is_provisional then received_at end) as received_at,
        min(settled_from) as settled_from

    from days_judged

    group by billing_period, charge_date, provider_name

)

select * from days_settled
