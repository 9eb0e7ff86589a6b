with

prices as (

    select * from {{ source('raw', 'litellm_model_prices') }}

),

prices_renamed as (

    select
        received_on as received_date,
        model_key as model_name,
        {% for column in token_price_columns() -%}
        -- An entry may have words where a number belongs.
        {{ number_or_null(column) }} as {{ column }},
        {% endfor -%}
        long_prices,
        provider as provider_name

    from prices

    where model_key <> 'sample_spec'

)

select * from prices_renamed
