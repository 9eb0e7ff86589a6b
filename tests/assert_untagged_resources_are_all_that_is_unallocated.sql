-- Each month's resources without owner are, together, what nobody owns and no pool holds: a list that misses one
-- hides its money.
with

untagged_resources as (

    select * from {{ ref('untagged_resources') }}
    where {{ in_periods('month') }}

),

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }} and pool_id is null and team_id = 'unallocated'

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
        billing_period as month,
        sum(effective_cost) as effective_cost

    from direct_postings

    group by billing_period

)

select
    unallocated.month,
    unallocated.effective_cost as unallocated_cost,
    listed.effective_cost as listed_cost

from unallocated

left join listed
    on unallocated.month = listed.month

where unallocated.effective_cost <> coalesce(listed.effective_cost, 0)
