-- A benefit is what a commitment saves. Where the bill does not state what the use would have cost nobody knows it, and
-- a zero would leave the discount with whoever has the charge, unseen.
select
    billing_period,
    feed,
    commitment_discount_id,
    pool_id,
    concat(
        'deliver it with contracted or list costs: of ', cast(sum(charges_without_price) as varchar),
        ' charges nobody knows what they would have cost without this commitment. Or leave it out of benefit_of of ',
        'policy ', policy_id, ' in pool_policies.csv'
    ) as to_do

from {{ ref('int_charges__benefits') }}

where {{ in_periods() }} and pool_id is not null and charges_without_price > 0

group by billing_period, feed, commitment_discount_id, pool_id, policy_id
