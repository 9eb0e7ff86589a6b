{{ config(materialized='view') }}

with

usage as (

    select * from {{ ref('stg_anthropic__usage') }}
    where {{ in_periods() }}

),

usage_measured as (

    select
        usage.billing_period,
        usage.usage_date,
        'anthropic' as feed,
        measures.driver,
        measures.unit,
        measures.quantity,
        usage.account_id,
        'Anthropic' as provider_name,
        cast(null as varchar) as resource_id,
        usage.model_name,
        usage.api_key_id as key_id,
        usage.user_hash,
        cast(null as varchar) as stated_team,
        usage.workspace_id as stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        {{ json_tags({'service_tier': 'usage.service_tier', 'context_window': 'usage.context_window'}) }} as tags,
        usage.delivery_id

    from usage

    -- Unlike OpenAI's, the input tokens are without the cached ones.
    cross join lateral {{ measured({
        'input_tokens': ('tokens', 'usage.uncached_input_tokens'),
        'cached_input_tokens': ('tokens', 'usage.cache_read_input_tokens'),
        'cache_write_tokens': ('tokens', 'usage.cache_write_5m_tokens'),
        'cache_write_1h_tokens': ('tokens', 'usage.cache_write_1h_tokens'),
        'output_tokens': ('tokens', 'usage.output_tokens'),
        'web_search_requests': ('requests', 'usage.web_search_requests'),
    }) }} as measures (driver, unit, quantity)

    where measures.quantity <> 0

)

select * from usage_measured
