-- A benefit is what a commitment saves. Where the bill does not state what the use would have cost, nobody knows it, and
-- a zero would give the discount to whoever has the charge, unseen.
select
    billing_period,
    commitment_discount_id,
    pool_id,
    sum(charges_without_price) as charges_without_price,
    concat(
        'deliver ', feed, ' for ', billing_period, ' with ContractedCost or ListCost: of ',
        cast(sum(charges_without_price) as varchar), ' charges that ', commitment_discount_id,
        ' covers nobody knows what they would have cost without it. Else ',
        case
            when pool_id is null then 'write another driver than covered_cost in pool_drivers.csv'
            else concat('leave it out of benefit_of of pool ', pool_id, ' in pool_policies.csv')
        end
    ) as to_do

from {{ ref('int_charges__benefits') }}

where
    {{ in_periods() }}
    and charges_without_price > 0
    and (pool_id is not null or exists (select 1 from {{ ref('pool_drivers') }} where driver = 'covered_cost'))

group by billing_period, feed, commitment_discount_id, pool_id
