"""What the laboratory's export selects from CUR 2.0, in Amazon's order, over `aws_cur_rows` and its products."""

from __future__ import annotations

PAYER, PAYER_NAME = "073455918866", "Halcyon Lab"
PLAN = "arn:aws:savingsplans::004471203998:savingsplan/5f1c2d90-7b1e-4b8e-9c55-0d6a1f3c7e21"
RESERVATION = "arn:aws:ec2:us-east-1:004471203998:reserved-instances/2a9d4c71-51d8-4f0e-8d36-6c0e7b1f9a44"


def _tags(prefix: str, separator: str) -> str:
    """The tags with the keys that this map spells them by: Amazon's own tell themselves, the others are the user's."""
    key = f"replace(if(tag.key like 'aws:%', '', '{prefix}') || tag.key, ':', '{separator}')"
    entries = f"list_transform(map_entries(tags), lambda tag: {{'key': {key}, 'value': tag.value}})"
    return f"coalesce(map_from_entries({entries}), cast(map {{}} as map(varchar, varchar)))"


_OF_PLAN = "item_type like 'SavingsPlan%'"
_OF_RESERVATION = "item_type in ('DiscountedUsage', 'RIFee')"
_TIME = "'%Y-%m-%dT%H:%M:%SZ'"

COLUMNS = f"""
    if(item_type = 'Refund', 'Refund', 'Anniversary') as bill_bill_type,
    billing_entity as bill_billing_entity,
    cast(getvariable('month_end') as timestamp) as bill_billing_period_end_date,
    cast(getvariable('month_start') as timestamp) as bill_billing_period_start_date,
    invoice_id as bill_invoice_id,
    'Amazon Web Services, Inc.' as bill_invoicing_entity,
    '{PAYER}' as bill_payer_account_id,
    '{PAYER_NAME}' as bill_payer_account_name,
    cast(map {{}} as map(varchar, varchar)) as cost_category,
    cast(map {{}} as map(varchar, double)) as discount,
    cast(null as double) as discount_bundled_discount,
    cast(null as double) as discount_total_discount,
    md5(row_key) || left(md5(reverse(row_key)), 20) as identity_line_item_id,
    concat_ws('/', strftime(started_at, {_TIME}), strftime(ended_at, {_TIME})) as identity_time_interval,
    if(resource_id like 'i-%', 'us-east-1b', null) as line_item_availability_zone,
    'USD' as line_item_currency_code,
    if(billing_entity = 'AWS', 'Amazon Web Services, Inc.', 'Anthropic, PBC') as line_item_legal_entity,
    description as line_item_line_item_description,
    item_type as line_item_line_item_type,
    case
        when family = 'Compute Instance' then 'RunInstances'
        when unit = '1K tokens' then 'InvokeModelInference'
        when family = 'ML Instance' then 'RunInstance'
    end as line_item_operation,
    product_code as line_item_product_code,
    resource_id as line_item_resource_id,
    if(item_type = 'Tax', 'USSalesTax', null) as line_item_tax_type,
    cast(unblended_cost as double) as line_item_unblended_cost,
    cast(if(item_type = 'DiscountedUsage', 0, rate) as varchar) as line_item_unblended_rate,
    account_id as line_item_usage_account_id,
    'halcyon-' || account_name as line_item_usage_account_name,
    cast(quantity as double) as line_item_usage_amount,
    ended_at as line_item_usage_end_date,
    started_at as line_item_usage_start_date,
    usage_type as line_item_usage_type,
    if(unit is not null, 'USD', null) as pricing_currency,
    cast(on_demand_cost as double) as pricing_public_on_demand_cost,
    cast(rate as varchar) as pricing_public_on_demand_rate,
    if(rate is not null, upper(left(md5(usage_type), 16)) || '.JRTCKXETXF.6YS6EN2CT7', null) as pricing_rate_code,
    case when {_OF_RESERVATION} then 'Reserved' when unit is not null then 'OnDemand' end as pricing_term,
    unit as pricing_unit,
    map {{'product_name': product_name, 'region': 'us-east-1', 'servicename': product_name}} as product,
    if(family like '%Instance', split_part(usage_type, ':', -1), null) as product_instance_type,
    family as product_product_family,
    'us-east-1' as product_region_code,
    product_code as product_servicecode,
    if(rate is not null, upper(left(md5(usage_type), 16)), null) as product_sku,
    cast(if(item_type = 'DiscountedUsage', committed_cost, null) as double) as reservation_effective_cost,
    if({_OF_RESERVATION}, '{RESERVATION}', null) as reservation_reservation_a_r_n,
    cast(if(item_type = 'RIFee', 0, null) as double) as reservation_unused_amortized_upfront_fee_for_billing_period,
    cast(if(item_type = 'RIFee', unused_cost, null) as double) as reservation_unused_recurring_fee,
    {_tags("user_", "_")} as resource_tags,
    if({_OF_PLAN}, 'ComputeSavingsPlans', null) as savings_plan_offering_type,
    if({_OF_PLAN}, '{PLAN}', null) as savings_plan_savings_plan_a_r_n,
    cast(if(item_type = 'SavingsPlanCoveredUsage', committed_cost, null) as double)
        as savings_plan_savings_plan_effective_cost,
    cast(commitment as double) as savings_plan_total_commitment_to_date,
    cast(used_commitment as double) as savings_plan_used_commitment,
    parent_id as split_line_item_parent_resource_id,
    cast(if(parent_id is not null, quantity, null) as double) as split_line_item_split_usage,
    cast(split_cost as double) as split_line_item_split_cost,
    cast(if(parent_id is not null, unused_cost, null) as double) as split_line_item_unused_cost,
    {_tags("user:", ":")} as tags
"""
