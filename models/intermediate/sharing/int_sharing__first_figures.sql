-- What a month cost when it was first whole is known in that build only, so no refresh may empty it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='fail',
) }}

with

sku_days as (

    select * from {{ ref('int_sharing__sku_days') }}

),

months_reached as (

    select * from {{ ref('int_sharing__months_reached') }}

),

days_settled as (

    select * from {{ ref('int_charges__days_settled') }}
    where is_provisional

),

months_judged as (

    select
        *,
        month in (select days_settled.billing_period from days_settled) as is_provisional,
        max(case when not is_open and not is_ahead then month end) over () as last_month_over

    from months_reached

),

-- Until its bills are settled a month still changes; a bill that nobody delivers again settles with the next month.
months_whole as (

    select month from months_judged
    where not is_open and not is_ahead and (not is_provisional or month < last_month_over)

),

months_kept as (

    {% if is_incremental() -%}
    select distinct month, currency from {{ this }}
    {%- else -%}
    select month, '' as currency from months_whole where false
    {%- endif %}

),

first_figures as (

    select
        sku_days.billing_period as month,
        sku_days.team_id,
        sku_days.project_id,
        sku_days.cost_component,
        sku_days.provider_name,
        sku_days.service_name,
        sku_days.consumed_unit,
        sku_days.currency,
        cast(sum(sku_days.direct_cost) as decimal(38, 12)) as direct_cost,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp) as built_at

    from sku_days

    inner join months_whole
        on sku_days.billing_period = months_whole.month

    left join months_kept
        on sku_days.billing_period = months_kept.month
            and sku_days.currency = months_kept.currency

    where months_kept.month is null

    group by all

)

select * from first_figures
