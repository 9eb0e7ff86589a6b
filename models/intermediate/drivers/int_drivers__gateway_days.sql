{{ config(materialized='view') }}

with

requests as (

    select
        *,
        -- Of old versions and some providers, the cached tokens are beside the prompt, not in it.
        cache_read_tokens + cache_write_tokens <= prompt_tokens as has_cached_in_prompt,
        greatest(prompt_tokens, cache_read_tokens + cache_write_tokens) + completion_tokens as all_tokens,
        case
            when cache_read_tokens + cache_write_tokens <= prompt_tokens then prompt_tokens
            else prompt_tokens + cache_read_tokens + cache_write_tokens
        end as context_tokens,
        -- And the reasoning beside the completion.
        case when reasoning_tokens <= completion_tokens then reasoning_tokens else 0 end as within_completion

    from {{ ref('stg_litellm__requests') }}

    where {{ in_periods() }}

),

-- What the gateway answers from its own cache, no model worked for.
requests_summed as (

    select
        billing_period,
        usage_date,
        account_id,
        provider_name,
        model_id,
        model_name,
        api_key_hash,
        user_hash,
        team_name,
        project_id,
        tags,
        {{ context_window('context_tokens') }} as context_window,
        delivery_id,
        count(*) as requests,
        count_if(is_failure) as failed_requests,
        count_if(is_cache_hit) as cache_hit_requests,
        count_if(not is_cache_hit and all_tokens > 0 and coalesce(estimated_cost_usd, 0) = 0) as unestimated_requests,
        sum(case when is_cache_hit then prompt_tokens + completion_tokens end) as cache_hit_tokens,
        sum(
            case
                when is_cache_hit then 0
                when has_cached_in_prompt then prompt_tokens - cache_read_tokens - cache_write_tokens
                else prompt_tokens
            end
        ) as input_tokens,
        sum(case when not is_cache_hit then cache_read_tokens end) as cached_input_tokens,
        sum(case when not is_cache_hit then cache_write_tokens - cache_write_1h_tokens end) as cache_write_tokens,
        sum(case when not is_cache_hit then cache_write_1h_tokens end) as cache_write_1h_tokens,
        sum(case when not is_cache_hit then completion_tokens - within_completion end) as output_tokens,
        sum(case when not is_cache_hit then reasoning_tokens end) as reasoning_tokens,
        sum(estimated_cost_usd) as estimated_cost_usd

    from requests

    group by all

)

select * from requests_summed
