with

usage as (

    select * from {{ source('raw', 'anthropic_usage') }}

),

usage_renamed as (

    select
        delivery_id,
        billing_period,
        cast(starting_at as date) as usage_date,
        coalesce(organization_id, 'anthropic') as account_id,
        coalesce(workspace_id, 'default') as workspace_id,
        api_key_id,
        account_id as user_hash,
        model as model_name,
        -- Fast mode has prices of its own, which no list of tiers has: such tokens are unpriced.
        case when lower(speed) = 'fast' then 'fast' else service_tier end as service_tier,
        context_window,
        uncached_input_tokens,
        cache_read_input_tokens,
        cache_write_5m_tokens,
        cache_write_1h_tokens,
        output_tokens,
        web_search_requests

    from usage

)

select * from usage_renamed
