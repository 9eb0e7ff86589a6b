with

changes as (

    select * from {{ ref('int_sharing__team_changes') }}

),

-- The first figures of a month restate nothing.
changes_dated as (

    select
        *,
        min(changed_at) over (partition by posting_period) as first_built_at

    from changes

),

restatements as (

    select
        changed_at as restated_at,
        posting_period as month,
        team_id,
        currency,
        total_cost_before,
        total_cost,
        total_cost_change,
        billed_cost_before,
        billed_cost,
        billed_cost_change

    from changes_dated

    where changed_at > first_built_at

)

select * from restatements
