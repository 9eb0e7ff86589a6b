{{ config(materialized='view') }}

with

usage as (

    select * from {{ ref('stg_databricks__usage') }}

),

list_prices as (

    select * from {{ ref('stg_databricks__list_prices') }}

),

-- An extract of prices that has only the new one leaves the old one open: the new one ends it.
prices_ended as (

    select
        sku_id,
        cloud_name,
        billing_currency,
        list_unit_price,
        effective_unit_price,
        valid_from_at,
        least(
            valid_to_at,
            lead(valid_from_at) over (partition by sku_id, cloud_name, billing_currency order by valid_from_at)
        ) as valid_to_at

    from list_prices

),

-- By the price of the moment. Usage without a price has no cost, and a test stops the run.
usage_priced as (

    select
        usage.*,
        prices_ended.billing_currency,
        {{ quantity_times_price('usage.consumed_quantity', 'prices_ended.effective_unit_price') }} as billed_cost,
        {{ quantity_times_price('usage.consumed_quantity', 'prices_ended.effective_unit_price') }} as effective_cost,
        {{ quantity_times_price('usage.consumed_quantity', 'prices_ended.list_unit_price') }} as list_cost

    from usage

    left join prices_ended
        on usage.sku_id = prices_ended.sku_id
            and coalesce(usage.cloud_name = prices_ended.cloud_name, true)
            and usage.charge_period_start_at >= prices_ended.valid_from_at
            and usage.charge_period_start_at < coalesce(prices_ended.valid_to_at, timestamp '9999-12-31')

)

select * from usage_priced
