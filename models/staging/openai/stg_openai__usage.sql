with

usage as (

    select * from {{ source('raw', 'openai_usage') }}

),

usage_renamed as (

    select
        delivery_id,
        billing_period,
        cast(start_time as date) as usage_date,
        coalesce(organization_id, 'openai') as account_id,
        replace(replace(object, 'organization.usage.', ''), '.result', '') as endpoint,
        project_id,
        api_key_id,
        user_id as user_hash,
        model as model_name,
        case when lower(batch) = 'true' then 'batch' else service_tier end as service_tier,
        input_tokens,
        -- Both are among the input tokens.
        coalesce(input_cached_tokens, 0) as cached_input_tokens,
        coalesce(input_cache_write_tokens, 0) as cache_write_tokens,
        output_tokens,
        num_model_requests as model_requests,
        num_requests as tool_requests,
        images,
        characters,
        seconds,
        usage_bytes,
        num_sessions as sessions

    from usage

)

select * from usage_renamed
