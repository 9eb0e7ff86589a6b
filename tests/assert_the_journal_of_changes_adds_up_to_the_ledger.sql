-- All that ever changed, the first figures included, is what the ledger has: also of a team or month that is gone.
with

changed as (

    select
        posting_period,
        team_id,
        currency,
        sum(total_cost_change) as total_cost,
        sum(billed_cost_change) as billed_cost

    from {{ ref('int_sharing__team_changes') }}
    where {{ in_periods('posting_period') }}
    group by posting_period, team_id, currency

),

posted as (

    select posting_period, team_id, currency, sum(effective_cost) as total_cost, sum(billed_cost) as billed_cost
    from {{ ref('int_sharing__ledger') }}
    where {{ in_periods('posting_period') }}
    group by posting_period, team_id, currency

)

select
    posting_period,
    team_id,
    currency,
    changed.total_cost as changed_cost,
    posted.total_cost as posted_cost

from changed

full outer join posted using (posting_period, team_id, currency)
where
    coalesce(changed.total_cost, 0) <> coalesce(posted.total_cost, 0)
    or coalesce(changed.billed_cost, 0) <> coalesce(posted.billed_cost, 0)
