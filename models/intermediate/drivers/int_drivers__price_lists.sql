{{ config(materialized='view') }}

with

own_prices as (

    select * from {{ ref('stg_model_prices__own') }}

),

litellm_prices as (

    select * from {{ ref('stg_model_prices__litellm') }}

),

-- A file is valid from the day it came until the next one comes; the first, for the days before it too.
litellm_files as (

    select
        received_date,
        case when lag(received_date) over days is null then date '0001-01-01' else received_date end as valid_from,
        lead(received_date) over days as valid_to

    from (select distinct received_date from litellm_prices) as files

    window days as (order by received_date)

),

-- input_cost_per_token_above_200k_tokens_batches is input_cost_per_token_batches of longer prompts.
litellm_long_prices as (

    select
        litellm_prices.received_date,
        litellm_prices.model_name,
        litellm_prices.provider_name,
        {% for column in token_price_columns() -%}
        max(
            case {{ without('price.key', '_above_[0-9]+k_tokens') }}
                when '{{ column }}' then {{ number_or_null('price.value') }}
            end
        ) as {{ column }},
        {% endfor -%}
        1000 * cast({{ captured('price.key', '_above_([0-9]+)k_tokens') }} as integer) as above_tokens

    from litellm_prices

    cross join lateral {{ json_pairs('litellm_prices.long_prices') }} as price

    group by litellm_prices.received_date, litellm_prices.model_name, litellm_prices.provider_name, above_tokens

),

litellm_contexts as (

    select *, 0 as above_tokens from litellm_prices
    union all by name
    select * from litellm_long_prices

),

price_lists as (

    select
        'own' as price_list,
        model_name,
        provider_name,
        above_tokens,
        currency,
        valid_from,
        valid_to,
        {{ token_price_columns() | join(',\n        ') }}

    from own_prices

    union all by name

    select
        'litellm' as price_list,
        litellm_contexts.model_name,
        litellm_contexts.provider_name,
        litellm_contexts.above_tokens,
        'USD' as currency,
        litellm_files.valid_from,
        litellm_files.valid_to,
        {{ token_price_columns() | join(',\n        ') }}

    from litellm_contexts

    inner join litellm_files using (received_date)

)

select * from price_lists
