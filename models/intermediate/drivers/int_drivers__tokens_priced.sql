{{ config(materialized='view') }}

with

tokens as (

    select
        *,
        {{ price_terms('tags') }}

    from {{ ref('int_drivers__tokens_weighed') }}

),

prices_used as (

    select * from {{ ref('int_drivers__prices_used') }}

),

tokens_priced as (

    select
        tokens.*,
        prices.unit_price,
        prices.currency,
        cast(cast(tokens.quantity as decimal(18, 0)) * cast(prices.unit_price as decimal(18, 15)) as decimal(38, 12))
            as estimated_cost,
        prices.unit_price is not null as is_priced,
        case when prices.unit_price is null then tokens.quantity else 0 end as unpriced_tokens

    from tokens

    left join prices_used as prices
        on tokens.usage_date = prices.usage_date
            and tokens.driver = prices.driver
            and tokens.service_tier = prices.service_tier
            and tokens.context_tokens = prices.context_tokens
            and tokens.model_name = prices.model_name
            and tokens.provider_name is not distinct from prices.provider_name

)

select * from tokens_priced
