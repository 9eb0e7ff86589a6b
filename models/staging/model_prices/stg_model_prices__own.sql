with

prices as (

    select * from {{ source('raw', 'model_prices') }}

),

prices_renamed as (

    select
        model as model_name,
        provider as provider_name,
        valid_from,
        valid_to,
        coalesce(above_tokens, 0) as above_tokens,
        coalesce(currency, 'USD') as currency,
        {{ token_price_columns() | join(',\n        ') }}

    from prices

)

select * from prices_renamed
