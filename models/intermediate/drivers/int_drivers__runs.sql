{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

leaf_runs as (

    select * from {{ ref('int_drivers__leaf_runs') }}

),

run_days as (

    select
        leaf_runs.*,
        days.charge_date as usage_date,
        cast(days.charge_date as timestamp) as day_start_at,
        {{ dbt.dateadd('day', 1, 'cast(days.charge_date as timestamp)') }} as day_end_at

    from leaf_runs

    cross join lateral {{ days_between('leaf_runs.first_date', 'leaf_runs.last_date') }} as days  -- noqa: ST05

),

run_times as (

    select
        run_days.*,
        case when run_days.usage_date = run_days.first_date then 1 end as runs,
        case when run_days.ended_at is null then 1 end as runs_of_unknown_length,
        greatest({{ dbt.datediff('run_days.started_at', 'run_days.day_start_at', 'millisecond') }}, 0) as before_ms,
        least(
            {{ dbt.datediff('run_days.started_at', 'run_days.day_end_at', 'millisecond') }},
            {{ dbt.datediff('run_days.started_at', 'run_days.ended_at', 'millisecond') }}
        ) as after_ms

    from run_days

),

-- What is used up by the end of the day less what was by its start: the days add up to the run.
run_measures as (

    select
        run_times.*,
        case
            when run_times.ended_at is not null
                then
                    {{ divided('cast(run_times.after_ms as decimal(38, 0))', '3600000') }}
                    - {{ divided('cast(run_times.before_ms as decimal(38, 0))', '3600000') }}
        end as run_hours

    from run_times

),

{% set measures = {'runs': 'run', 'runs_of_unknown_length': 'run', 'run_hours': 'hour'} -%}
runs_measured as (

    {% for driver, unit in measures.items() -%}
    select
        {{ month_of('usage_date') }} as billing_period,
        usage_date,
        'mlflow' as feed,
        '{{ driver }}' as driver,
        '{{ unit }}' as unit,
        cast(sum({{ driver }}) as decimal(38, 12)) as quantity,
        experiment_id as account_id,
        'mlflow' as provider_name,
        resource_id,
        model_name,
        cast(null as varchar) as key_id,
        user_hash,
        stated_team,
        stated_project,
        stated_stage,
        stated_activity,
        tags,
        delivery_id

    from run_measures

    where {{ driver }} > 0

    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from runs_measured where {{ in_periods() }}
