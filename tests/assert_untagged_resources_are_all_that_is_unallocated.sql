-- Each month's resources without owner are, together, what nobody is charged: a list that misses one hides its money.
with

untagged_resources as (

    select * from {{ ref('untagged_resources') }}
    where {{ in_periods('month') }}

),

coverage as (

    select * from {{ ref('allocation_coverage') }}
    where {{ in_periods('month') }}

),

listed as (

    select
        month,
        sum(effective_cost) as effective_cost

    from untagged_resources

    where team_id = 'unallocated'

    group by month

),

unallocated as (

    select
        month,
        sum(unallocated_cost) as effective_cost

    from coverage

    group by month

)

select
    unallocated.month,
    unallocated.effective_cost as unallocated_cost,
    listed.effective_cost as listed_cost

from unallocated

left join listed
    on unallocated.month = listed.month

where unallocated.effective_cost <> coalesce(listed.effective_cost, 0)
