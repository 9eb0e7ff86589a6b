{{ config(materialized='view') }}

with recursive

observations as (

    select * from {{ ref('stg_langfuse__observations') }}
    where {{ in_periods() }} and not is_deleted

),

-- Spans and events hold no usage of their own. A call that failed has none, and is a call.
generations as (

    select
        *,
        coalesce(total_usage, input_usage, output_usage) is not null as is_measured,
        coalesce(input_usage, 0) + coalesce(output_usage, 0) as input_and_output,
        cached_input_usage + cache_write_usage + reasoning_usage as details

    from observations

    where
        observation_type in ('GENERATION', 'EMBEDDING')
        or observation_type not in ('SPAN', 'EVENT') and coalesce(total_usage, input_usage, output_usage) is not null

),

-- An agent may repeat what its model calls used, and so may a call that another call wraps. Months are built
-- apart, so this looks within the month.
repeated as (

    select billing_period, account_id, parent_observation_id as observation_id from generations
    where parent_observation_id is not null and is_measured

    union

    select observations.billing_period, observations.account_id, observations.parent_observation_id from repeated
    inner join observations using (billing_period, account_id, observation_id)
    where observations.parent_observation_id is not null

),

generations_counted as (

    select generations.*
    from generations
    left join repeated
        on generations.billing_period = repeated.billing_period
            and generations.account_id = repeated.account_id
            and generations.observation_id = repeated.observation_id
    where repeated.observation_id is null

),

-- Where input and output are the total, the cached and the reasoning tokens are among them, if they have room.
generations_split as (

    select
        *,
        case
            when total_usage = input_and_output and cached_input_usage + cache_write_usage <= input_usage
                then cached_input_usage + cache_write_usage
            else 0
        end as within_input,
        case when total_usage = input_and_output and reasoning_usage <= output_usage then reasoning_usage else 0 end
            as within_output

    from generations_counted

),

contexts_measured as (

    select
        *,
        input_usage - within_input + cached_input_usage + cache_write_usage as context_usage

    from generations_split

)

select * from contexts_measured
