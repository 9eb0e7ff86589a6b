-- A pool that moves its charges twice would be emptied twice, and every sum of the ledger would still be right.
with

pools_charged as (

    select
        billing_period,
        charge_date,
        pool_id,
        split_stage,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost

    from {{ ref('int_sharing__pool_days') }}

    where {{ in_periods() }}

    group by billing_period, charge_date, pool_id, split_stage

),

own_money as (

    select
        billing_period,
        charge_date,
        pool_id,
        split_stage,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost

    from {{ ref('int_sharing__pools_moved') }}

    where not is_passing

    group by billing_period, charge_date, pool_id, split_stage

)

select *

from own_money

left join pools_charged using (billing_period, charge_date, pool_id, split_stage)

where
    own_money.billed_cost is distinct from pools_charged.billed_cost
    or own_money.effective_cost is distinct from pools_charged.effective_cost
