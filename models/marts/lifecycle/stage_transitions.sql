with

stage_days as (

    select * from {{ ref('int_sharing__stage_days') }}
    where project_id <> 'unallocated' and {{ month_of('charge_date') }} = month

),

stage_profiles as (

    select * from {{ ref('stage_profiles') }}
    where project_id <> 'unallocated' and lifecycle_stage <> 'unknown' and total_cost > 0

),

-- The stage with most of the month's money. What has no stage decides nothing: losing a tag is no move.
stages_ranked as (

    select
        month,
        project_id,
        currency,
        lifecycle_stage,
        row_number() over (
            partition by month, project_id, currency order by total_cost desc, lifecycle_stage asc
        ) as place

    from stage_profiles

),

days as (

    select month, project_id, currency, charge_date, nullif(sum(total_cost), 0) as cost_of_day
    from stage_days
    group by all

),

months as (

    select
        month,
        project_id,
        currency,
        {{ divided('sum(cost_of_day)', 'nullif(count(cost_of_day), 0)') }} as cost_per_day

    from days

    group by all

),

-- The month before is the last one whose stage is known: a project may pause on its way.
months_compared as (

    select
        months.month,
        months.project_id,
        months.currency,
        stages_ranked.lifecycle_stage as to_stage,
        months.cost_per_day as cost_per_day_after,
        lag(stages_ranked.lifecycle_stage) over months_of_project as from_stage,
        lag(months.month) over months_of_project as month_before,
        lag(months.cost_per_day) over months_of_project as cost_per_day_before

    from months

    inner join stages_ranked
        on months.month = stages_ranked.month
            and months.project_id = stages_ranked.project_id
            and months.currency = stages_ranked.currency
            and stages_ranked.place = 1

    window months_of_project as (partition by months.project_id, months.currency order by months.month)

),

stage_transitions as (

    select
        month,
        project_id,
        currency,
        month_before,
        from_stage,
        to_stage,
        cast(cost_per_day_before as decimal(38, 12)) as cost_per_day_before,
        cast(cost_per_day_after as decimal(38, 12)) as cost_per_day_after,
        cast(cost_per_day_after - cost_per_day_before as decimal(38, 12)) as cost_per_day_change,
        {{ percent_change('cost_per_day_after', 'cost_per_day_before') }} as cost_per_day_change_percent

    from months_compared

    where from_stage <> to_stage

)

select * from stage_transitions
