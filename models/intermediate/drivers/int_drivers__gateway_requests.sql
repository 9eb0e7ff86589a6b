{{ config(materialized='view') }}

with

days as (

    select * from {{ ref('int_drivers__gateway_days') }}

),

days_measured as (

    select
        days.billing_period,
        days.usage_date,
        'litellm' as feed,
        measures.driver,
        measures.unit,
        measures.quantity,
        days.account_id,
        days.provider_name,
        days.model_id as resource_id,
        days.model_name,
        days.api_key_hash as key_id,
        days.user_hash,
        days.team_name as stated_team,
        days.project_id as stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        case
            when days.context_window is null then days.tags
            else {{ json_tags({'context_window': 'days.context_window'}, 'days.tags') }}
        end as tags,
        days.delivery_id

    from days

    cross join lateral {{ measured({
        'input_tokens': ('tokens', 'days.input_tokens'),
        'cached_input_tokens': ('tokens', 'days.cached_input_tokens'),
        'cache_write_tokens': ('tokens', 'days.cache_write_tokens'),
        'cache_write_1h_tokens': ('tokens', 'days.cache_write_1h_tokens'),
        'output_tokens': ('tokens', 'days.output_tokens'),
        'reasoning_tokens': ('tokens', 'days.reasoning_tokens'),
        'cache_hit_tokens': ('tokens', 'days.cache_hit_tokens'),
        'requests': ('requests', 'days.requests'),
        'failed_requests': ('requests', 'days.failed_requests'),
        'cache_hit_requests': ('requests', 'days.cache_hit_requests'),
        'gateway_unestimated_requests': ('requests', 'days.unestimated_requests'),
        'gateway_estimated_cost': ('USD', 'days.estimated_cost_usd'),
    }) }} as measures (driver, unit, quantity)

    where measures.quantity <> 0

)

select * from days_measured
