{{ config(materialized='view') }}

with

samples as (

    select * from {{ ref('stg_gpu_metrics__samples') }}
    where {{ in_periods() }} and busy_share is not null

),

samples_placed as (

    select
        *,
        cast(sampled_at as date) as usage_date,
        {{ dbt.date_trunc('hour', 'sampled_at') }} as hour_at

    from samples

),

-- The engine's own measure where the hour has it: GPU_UTIL calls a GPU busy that runs any kernel.
samples_preferred as (

    select
        *,
        bool_or(is_of_engine) over (partition by cluster_name, gpu_id, mig_instance_id, hour_at) as has_engine,
        lag(sampled_at) over (
            partition by cluster_name, gpu_id, mig_instance_id, is_of_engine, usage_date order by sampled_at
        ) as sampled_before_at

    from samples_placed

),

samples_measured as (

    select
        *,
        {{ dbt.datediff('sampled_before_at', 'sampled_at', 'second') }} as seconds_since  -- noqa: LT05

    from samples_preferred

    where is_of_engine = has_engine

),

samples_spaced as (

    select
        *,
        median(case when seconds_since <= 3600 then seconds_since end)
            over (partition by cluster_name, gpu_id, mig_instance_id, usage_date) as usual_seconds,
        3600 / count(*) over (partition by cluster_name, gpu_id, mig_instance_id, hour_at) as most_seconds

    from samples_measured

),

-- A sample stands for the usual time between two of its day, and those of an hour for one hour at most.
-- One that is alone says nothing of how long it was so.
samples_timed as (

    select
        *,
        least(usual_seconds, most_seconds) / 3600 * {{ gpu_part('mig_profile', 'gpu_model') }} as gpu_hours,
        avg(busy_share) over (
            partition by cluster_name, gpu_id, mig_instance_id, namespace_name, pod_name, hour_at
        ) as busy_share_of_hour

    from samples_spaced

    where usual_seconds is not null

)

select * from samples_timed
