-- Shares below one would leave money in a pool that the ledger says is emptied.
select
    billing_period,
    charge_date,
    pool_id,
    split_stage,
    sum(share) as total_share

from {{ ref('int_sharing__shares') }}

where {{ in_periods() }}

group by billing_period, charge_date, pool_id, split_stage

having sum(share) <> 1
