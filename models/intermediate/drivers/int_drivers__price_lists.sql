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

price_lists as (

    select
        'own' as price_list,
        model_name,
        provider_name,
        currency,
        valid_from,
        valid_to,
        {{ token_price_columns() | join(',\n        ') }}

    from own_prices

    union all by name

    select
        'litellm' as price_list,
        litellm_prices.model_name,
        litellm_prices.provider_name,
        'USD' as currency,
        litellm_files.valid_from,
        litellm_files.valid_to,
        {{ token_price_columns() | join(',\n        ') }}

    from litellm_prices

    inner join litellm_files using (received_date)

)

select * from price_lists
