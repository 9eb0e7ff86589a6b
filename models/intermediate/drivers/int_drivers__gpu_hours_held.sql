{{ config(materialized='view') }}

with

kubernetes as (

    select * from {{ ref('int_drivers__kubernetes') }}
    where {{ in_periods() }} and driver = 'gpu_hours_requested'

),

slurm as (

    select * from {{ ref('int_drivers__slurm') }}
    where {{ in_periods() }} and driver = 'gpu_hours_requested'

),

sampled as (

    select * from {{ ref('int_drivers__gpu_hours_of_pods') }}

),

scheduled as (

    {% for scheduler in ['kubernetes', 'slurm'] -%}
    select
        billing_period,
        usage_date,
        feed,
        account_id,
        stated_team,
        stated_project,
        stated_stage,
        stated_activity,
        tags,
        quantity

    from {{ scheduler }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

clusters_scheduled as (

    select distinct usage_date, account_id from scheduled

),

-- Whoever schedules a cluster counts all that is held in it; a cluster without a name may be any.
sampled_elsewhere as (

    select sampled.*
    from sampled
    where
        not exists (
            select 1 from clusters_scheduled
            where
                clusters_scheduled.usage_date = sampled.usage_date
                and coalesce(clusters_scheduled.account_id = sampled.account_id, true)
        )

),

gpu_hours_held as (

    select * from scheduled
    union all
    select * from sampled_elsewhere

)

select * from gpu_hours_held
