with

prices as (

    select * from {{ source('raw', 'databricks_list_prices') }}

),

prices_renamed as (

    select
        sku_name as sku_id,
        lower(cloud) as cloud_name,
        currency_code as billing_currency,
        price_start_time as valid_from_at,
        price_end_time as valid_to_at,
        "pricing.default" as list_unit_price,
        coalesce("pricing.effective_list.default", "pricing.default") as effective_unit_price

    from prices

)

select * from prices_renamed
