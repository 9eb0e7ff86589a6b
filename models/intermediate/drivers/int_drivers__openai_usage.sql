{{ config(materialized='view') }}

with

usage as (

    select * from {{ ref('stg_openai__usage') }}
    where {{ in_periods() }}

),

usage_measured as (

    select
        usage.billing_period,
        usage.usage_date,
        'openai' as feed,
        measures.driver,
        measures.unit,
        measures.quantity,
        usage.account_id,
        'OpenAI' as provider_name,
        cast(null as varchar) as resource_id,
        usage.model_name,
        usage.api_key_id as key_id,
        usage.user_hash,
        cast(null as varchar) as stated_team,
        usage.project_id as stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        {{ json_tags({'service_tier': 'usage.service_tier'}) }} as tags,
        usage.delivery_id

    from usage

    cross join lateral {{ measured({
        'input_tokens': ('tokens', 'usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens'),
        'cached_input_tokens': ('tokens', 'usage.cached_input_tokens'),
        'cache_write_tokens': ('tokens', 'usage.cache_write_tokens'),
        'output_tokens': ('tokens', 'usage.output_tokens'),
        'images': ('images', 'usage.images'),
        'audio_characters': ('characters', 'usage.characters'),
        'audio_seconds': ('seconds', 'usage.seconds'),
        'vector_store_bytes': ('bytes', 'usage.usage_bytes'),
        'code_interpreter_sessions': ('sessions', 'usage.sessions'),
        'file_search_requests': ('requests', "case when usage.endpoint = 'file_searches' then usage.tool_requests end"),
        'web_search_requests': ('requests', "case when usage.endpoint = 'web_searches' then usage.tool_requests end"),
        'requests': ('requests', "case when usage.endpoint <> 'web_searches' then usage.model_requests end"),
    }) }} as measures (driver, unit, quantity)

    where measures.quantity <> 0

)

select * from usage_measured
