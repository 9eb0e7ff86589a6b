-- A report that lost line items would be billed short. A warning: what is charged counts neither side, and is right
-- where both are whole. A report without any negation (some tools write none) has nothing to compare.
{{ config(severity='warn') }}

with

hours_summed as (

    select
        billing_period,
        delivery_id,
        billing_account_id,
        commitment_discount_id,
        charge_period_start_at,
        sum(case when is_negation then 0 else on_demand_value end) as covered_value,
        sum(case when is_negation then on_demand_value else 0 end) as negated_value

    from {{ ref('stg_aws_cur__savings_plan_usage') }}

    where {{ in_periods() }}

    group by billing_period, delivery_id, billing_account_id, commitment_discount_id, charge_period_start_at

),

deliveries_negated as (

    select distinct delivery_id
    from hours_summed
    where negated_value <> 0

)

select
    billing_period,
    billing_account_id,
    commitment_discount_id,
    charge_period_start_at,
    covered_value,
    negated_value,
    concat(
        'deliver the cost and usage report of account ', billing_account_id, ' for ', billing_period,
        ' again, whole: line items of savings plan ', commitment_discount_id, ' are missing'
    ) as to_do

from hours_summed

-- Amazon writes ten decimals of each line item.
where
    delivery_id in (select deliveries_negated.delivery_id from deliveries_negated)
    and abs(covered_value + negated_value) > 0.000001
