with

stage_days as (

    select * from {{ ref('int_sharing__stage_days') }}
    where project_id <> 'unallocated' and {{ month_of('charge_date') }} = month

),

stage_profiles as (

    select * from {{ ref('stage_profiles') }}
    where project_id <> 'unallocated' and lifecycle_stage <> 'unknown' and total_cost > 0

),

-- Prepaid licenses are charged to months ahead too, and to one whose bill was refused: they alone move nobody.
groups as (

    select * from {{ ref('int_charges__groups') }} where feed <> 'licenses'

),

-- The stage with most of the month's money. What has no stage decides nothing: losing a tag is no move.
leading_stages as (

    select month, project_id, currency, min_by(lifecycle_stage, (-total_cost, lifecycle_stage)) as lifecycle_stage
    from stage_profiles
    where month in (select groups.billing_period from groups)
    group by all

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
        leading_stages.lifecycle_stage as to_stage,
        months.cost_per_day as cost_per_day_after,
        lag(leading_stages.lifecycle_stage) over months_of_project as from_stage,
        lag(months.month) over months_of_project as month_before,
        lag(months.cost_per_day) over months_of_project as cost_per_day_before

    from months

    inner join leading_stages
        on months.month = leading_stages.month
            and months.project_id = leading_stages.project_id
            and months.currency = leading_stages.currency

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
