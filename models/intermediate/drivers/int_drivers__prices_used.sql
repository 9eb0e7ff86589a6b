{{ config(materialized='view') }}

with

tokens as (

    select
        *,
        {{ price_terms('tags') }}

    from {{ ref('int_drivers__tokens') }}

    where unit = 'tokens' and driver <> 'cache_hit_tokens'

),

prices as (

    select * from {{ ref('int_drivers__model_prices') }}

),

models_used as (

    select distinct usage_date, driver, service_tier, context_tokens, model_name, provider_name from tokens
    where model_name is not null

),

-- A price list may know a model as gpt-4o or as azure/gpt-4o, and so may the usage.
names_tried as (

    select
        models_used.*,
        tried.price_name,
        tried.provider_needed

    from models_used

    cross join lateral (
        values
        (lower(models_used.provider_name || '/' || models_used.model_name), null),
        (lower(models_used.model_name), null),
        (
            lower(substr(models_used.model_name, strpos(models_used.model_name, '/') + 1)),
            nullif(lower(split_part(models_used.model_name, '/', 1)), lower(models_used.model_name))
        )
    ) as tried (price_name, provider_needed)

),

-- The company's own price comes before LiteLLM's, and the provider's own model before its namesakes.
prices_ranked as (

    select
        names_tried.*,
        prices.unit_price,
        prices.currency,
        row_number() over (
            partition by
                names_tried.usage_date, names_tried.driver, names_tried.service_tier, names_tried.context_tokens,
                names_tried.model_name, names_tried.provider_name
            order by
                case when prices.price_list = 'own' then 1 else 2 end,
                case when lower(prices.provider_name) = lower(names_tried.provider_name) then 1 else 2 end,
                length(names_tried.price_name) desc,
                prices.provider_name,
                prices.above_tokens desc
        ) as place

    from names_tried

    inner join prices
        on names_tried.driver = prices.driver
            and names_tried.service_tier = prices.service_tier
            and names_tried.context_tokens >= prices.above_tokens
            and names_tried.price_name = lower(prices.model_name)
            and names_tried.usage_date >= prices.valid_from
            and names_tried.usage_date < prices.valid_to
            -- Of another provider it is another price. LiteLLM's bedrock_converse is bedrock.
            and coalesce(
                starts_with(
                    lower(prices.provider_name),
                    coalesce(names_tried.provider_needed, lower(names_tried.provider_name))
                ),
                true
            )

),

prices_used as (

    select usage_date, driver, service_tier, context_tokens, model_name, provider_name, unit_price, currency
    from prices_ranked
    where place = 1

)

select * from prices_used
