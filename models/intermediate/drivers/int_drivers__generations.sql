{{ config(materialized='view') }}

with

model_calls as (

    select
        *,
        {{ context_window('context_usage') }} as context_window

    from {{ ref('int_drivers__model_calls') }}

),

calls_measured as (

    select
        used.billing_period,
        used.usage_date,
        'langfuse' as feed,
        measures.driver,
        measures.unit,
        sum(measures.quantity) as quantity,
        used.account_id,
        cast(null as varchar) as provider_name,
        cast(null as varchar) as resource_id,
        used.model_name,
        cast(null as varchar) as key_id,
        used.user_hash,
        cast(null as varchar) as stated_team,
        cast(null as varchar) as stated_project,
        used.environment as stated_stage,
        cast(null as varchar) as stated_activity,
        case
            when used.context_window is null then used.tags
            else {{ json_tags({'context_window': 'used.context_window'}, 'used.tags') }}
        end as tags,
        used.delivery_id

    from model_calls as used

    cross join lateral {{ measured({
        'input_tokens': ('tokens', 'used.input_usage - used.within_input'),
        'cached_input_tokens': ('tokens', 'used.cached_input_usage'),
        'cache_write_tokens': ('tokens', 'used.cache_write_usage'),
        'output_tokens': ('tokens', 'used.output_usage - used.within_output'),
        'reasoning_tokens': ('tokens', 'used.reasoning_usage'),
        'other_tokens': ('tokens', 'case when used.total_usage > used.input_and_output + used.details'
            ~ ' then used.total_usage - used.input_and_output - used.details end'),
        'requests': ('requests', '1'),
        'failed_requests': ('requests', 'cast(used.is_failure as integer)'),
        'gateway_estimated_cost': ('USD', 'used.estimated_cost_usd'),
    }) }} as measures (driver, unit, quantity)

    where measures.quantity <> 0

    group by all

)

select * from calls_measured
