{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

jobs as (

    select * from {{ ref('stg_slurm__jobs') }}
    where started_at is not null and elapsed_seconds > 0

),

jobs_timed as (

    select
        delivery_id,
        cluster_name,
        started_at,
        ended_at,
        elapsed_seconds,
        gpu_count,
        cpu_count,
        account_name,
        wckey,
        user_hash,
        concat_ws(' ', partition_name, qos_name) as queue,
        {{ json_tags({
            'account': 'account_name', 'partition': 'partition_name', 'qos': 'qos_name', 'wckey': 'wckey',
            'state': 'state',
        }) }} as tags,
        -- Longer than it ran if it was suspended, or if the clock was put back.
        greatest({{ dbt.datediff('started_at', 'ended_at', 'second') }}, 1) as seconds_in_all

    from jobs

),

job_days as (

    select
        jobs_timed.*,
        days.charge_date as usage_date,
        greatest({{ dbt.datediff('jobs_timed.started_at', 'days.charge_date', 'second') }}, 0) as seconds_before,
        least(
            {{ dbt.datediff('jobs_timed.started_at', dbt.dateadd('day', 1, 'days.charge_date'), 'second') }},
            jobs_timed.seconds_in_all
        ) as seconds_after

    from jobs_timed

    cross join lateral {{ days_between('cast(started_at as date)', 'cast(ended_at as date)') }} as days  -- noqa: ST05

),

{% set drivers = {
    'gpu_hours_requested': ('GPU-hour', 'gpu_count'), 'cpu_core_hours_requested': ('core-hour', 'cpu_count'),
} -%}
-- What is used up by the end of the day less what was by its start: the days add up to the job.
hours_held as (

    {% for driver, (unit, held_count) in drivers.items() -%}
    {% set seconds_held = 'cast(' ~ held_count ~ ' * elapsed_seconds as decimal(38, 3)) * %s' -%}
    select
        {{ month_of('usage_date') }} as billing_period,
        usage_date,
        'slurm' as feed,
        '{{ driver }}' as driver,
        '{{ unit }}' as unit,
        cast(sum(
            {{ divided(seconds_held | format('seconds_after'), '(3600 * seconds_in_all)') }}
            - {{ divided(seconds_held | format('seconds_before'), '(3600 * seconds_in_all)') }}
        ) as decimal(38, 12)) as quantity,
        cluster_name as account_id,
        'slurm' as provider_name,
        cast(null as varchar) as resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        user_hash,
        account_name as stated_team,
        nullif(wckey, '') as stated_project,
        {{ slurm_stage('queue') }} as stated_stage,
        {{ slurm_activity('queue') }} as stated_activity,
        tags,
        delivery_id

    from job_days

    where {{ held_count }} > 0 and seconds_after > seconds_before

    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from hours_held where {{ in_periods() }}
