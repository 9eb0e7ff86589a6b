{{ config(materialized='view') }}

with

price_lists as (

    select * from {{ ref('int_drivers__price_lists') }}

),

prices_listed as (

    {% for driver, price in token_prices().items() -%}
    {% set outer_loop = loop -%}
    {% for tier, suffix in service_tiers().items() -%}
    select
        price_list,
        model_name,
        provider_name,
        above_tokens,
        '{{ driver }}' as driver,
        '{{ tier }}' as service_tier,
        {% if driver == 'reasoning_tokens' -%}
        -- Reasoning is output; few models price it apart.
        coalesce({{ price ~ suffix }}, {{ token_prices()['output_tokens'] ~ suffix }}) as unit_price,
        {% else -%}
        {{ price ~ suffix }} as unit_price,
        {% endif -%}
        currency,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to

    from price_lists
    {{ 'union all' if not (loop.last and outer_loop.last) }}
    {% endfor -%}
    {% endfor %}

),

prices_known as (

    select
        price_list,
        model_name,
        provider_name,
        driver,
        service_tier,
        above_tokens,
        unit_price,
        currency,
        valid_from,
        valid_to

    from prices_listed

    where unit_price is not null

)

select * from prices_known
