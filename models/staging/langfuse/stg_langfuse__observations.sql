{% set cached = ['input_cached_tokens', 'input_cache_read', 'cache_read_input_tokens', 'input_cached'] %}
{% set written = ['input_cache_creation', 'cache_creation_input_tokens'] %}
{% set reasoned = ['output_reasoning_tokens', 'output_reasoning', 'reasoning_tokens'] %}

with

observations as (

    select * from {{ source('raw', 'langfuse') }}

),

observations_renamed as (

    select
        delivery_id,
        billing_period,
        cast(start_time as date) as usage_date,
        coalesce(project_id, 'langfuse') as account_id,
        id as observation_id,
        parent_observation_id,
        upper(type) as observation_type,
        model as model_name,
        -- What Langfuse calls an observation whose environment nobody set.
        nullif(environment, 'default') as environment,
        user_id as user_hash,
        {{ tags_of_list('tags') }} as tags,
        coalesce(lower(is_deleted) in ('1', 'true'), false) as is_deleted,
        coalesce(upper(level) = 'ERROR', false) as is_failure,
        {% for name in ['input', 'output'] -%}
        {{ number_or_null(json_text('usage_details', name)) }} as {{ name }}_usage,
        {% endfor -%}
        -- Keys are whoever logs the call's own: without a total they are all there is to count.
        coalesce({{ number_or_null(json_text('usage_details', 'total')) }}, {{ json_sum('usage_details') }})
            as total_usage,
        {% for measure, keys in {'cached_input': cached, 'cache_write': written, 'reasoning': reasoned}.items() -%}
        coalesce(
            {%- for key in keys %}
            {{ number_or_null(json_text('usage_details', key)) }},
            {%- endfor %}
            0
        ) as {{ measure }}_usage,
        {% endfor -%}
        total_cost as estimated_cost_usd

    from observations

)

select * from observations_renamed
