with

requests as (

    select * from {{ source('raw', 'litellm') }}

),

requests_renamed as (

    select
        delivery_id,
        billing_period,
        request_id,
        cast("startTime" as date) as usage_date,
        coalesce(organization_id, 'litellm') as account_id,
        custom_llm_provider as provider_name,
        model_id,
        coalesce(model, model_group) as model_name,
        api_key as api_key_hash,
        coalesce(user_id, end_user) as user_hash,
        coalesce(team_alias, team_id) as team_name,
        project_id,
        {{ tags_of_list('request_tags') }} as tags,
        coalesce(lower(status) = 'failure', false) as is_failure,
        coalesce(lower(cache_hit) = 'true', false) as is_cache_hit,
        coalesce(prompt_tokens, 0) as prompt_tokens,
        coalesce(completion_tokens, 0) as completion_tokens,
        coalesce(cache_read_tokens, 0) as cache_read_tokens,
        coalesce(cache_write_tokens, 0) as cache_write_tokens,
        coalesce(cache_write_1h_tokens, 0) as cache_write_1h_tokens,
        coalesce(reasoning_tokens, 0) as reasoning_tokens,
        spend as estimated_cost_usd

    from requests

)

select * from requests_renamed
