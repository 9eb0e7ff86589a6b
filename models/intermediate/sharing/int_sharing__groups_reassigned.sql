{{ config(materialized='view') }}

with

months_reached as (

    select * from {{ ref('int_sharing__months_reached') }}

),

lasting_groups as (

    select * from {{ ref('int_sharing__lasting_groups') }}

),

-- Few of all change hands: they are found by one look at each, and compared alone.
handed_on as (

    select lasting_group_id
    from lasting_groups
    group by lasting_group_id
    having min(team_id) <> max(team_id) or min(project_id) <> max(project_id)

),

months_compared as (

    select
        *,
        cast({{ dbt.dateadd('day', 1, 'until_date') }} as date) as end_date,
        {{ dbt.datediff('first_date', 'until_date', 'day') }} + 1 as days_in_all  -- noqa: LT05

    from months_reached

),

owners {{ computed_once() }} (

    select
        lasting_groups.*,
        months_compared.month,
        months_compared.month_after,
        months_compared.days_in_all,
        greatest(lasting_groups.valid_from, months_compared.first_date) as first_date,
        least(lasting_groups.valid_to, months_compared.end_date) as end_date

    from lasting_groups

    inner join handed_on
        on lasting_groups.lasting_group_id = handed_on.lasting_group_id

    inner join months_compared
        on lasting_groups.billing_period = months_compared.month
            and lasting_groups.valid_from < months_compared.end_date

),

-- What a charge says decides whose it is. Where it says the same as the month before and its owner is another, the
-- policy says otherwise from some day on, or who it asks does: a register, a cluster. Groups of two invoices are one.
groups_reassigned as (

    select
        later.month,
        earlier.month as month_before,
        earlier.charge_group_id,
        earlier.valid_from as owned_from,
        earlier.team_id as from_team_id,
        earlier.project_id as from_project_id,
        later.team_id,
        later.project_id,
        later.valid_from,
        min(
            case when earlier.team_id <> later.team_id then later.owner_evidence else later.project_evidence end
        ) as evidence,
        min(later.days_in_all) as days_in_all,
        {{ dbt.datediff('min(later.first_date)', 'min(later.end_date)', 'day') }} as days_owned  -- noqa: LT05

    from owners as earlier

    inner join owners as later
        on earlier.month_after = later.month
            and earlier.lasting_group_id = later.lasting_group_id
            and (earlier.team_id <> later.team_id or earlier.project_id <> later.project_id)

    group by
        later.month, earlier.month, earlier.charge_group_id, earlier.valid_from, earlier.team_id, earlier.project_id,
        later.team_id, later.project_id, later.valid_from

)

select * from groups_reassigned
