"""Amazon's cost and usage reports: the legacy CUR (CSV or Athena's Parquet) and CUR 2.0 of Data Exports.

Both republish the whole month several times a day, and old runs stay in the bucket: only the
manifest says which files are the month. All three forms name the same columns.
"""

import re

from orchestration.feeds import Column, Feed, Manifest, Table


def cur(name: str, kind: str = "text", **options: bool | str) -> Column:
    """A column by its name in the CSV, which Parquet and CUR 2.0 spell `line_item_usage_type`.

    Every capital letter begins a word there: ReservationARN is reservation_a_r_n.
    """
    return Column(re.sub(r"(?<!/)([A-Z])", r"_\1", name).replace("/", "_").lower(), kind, aliases=(name,), **options)


# The legacy reports have a column per tag. Cost categories are the company's own tags; where
# both say something, the resource's tag counts.
TAG_PREFIXES = (
    *("resourceTags/user:", "resource_tags_user_", "resourceTags/", "resource_tags_"),
    *("costCategory/", "cost_category_"),
)

# Who called: a role is a program's, though the session behind it may bear a name; a user may be a person.
A_ROLE = r"^arn:[a-z-]+:(iam|sts)::[0-9]*:(role/.+|assumed-role/[^/]+|root$)"
# Amazon tags a resource with the user who made it.
CREATED_BY = r"^aws[:_]created_?by$"

# A report may have the columns of net costs though the account has no discount: none of them says anything then.
COLUMNS = (
    cur("bill/BillingEntity"),
    cur("bill/BillingPeriodEndDate", "timestamp"),
    cur("bill/BillingPeriodStartDate", "timestamp", required=True),
    cur("bill/InvoiceId"),
    cur("bill/InvoicingEntity"),
    cur("bill/PayerAccountId", required=True),
    cur("bill/PayerAccountName"),
    cur("lineItem/AvailabilityZone"),
    cur("lineItem/CurrencyCode", required=True),
    cur("lineItem/IamPrincipal", "person", names_nobody=A_ROLE),
    cur("lineItem/LegalEntity"),
    cur("lineItem/LineItemDescription"),
    cur("lineItem/LineItemType", required=True),
    cur("lineItem/NetUnblendedCost", "money", may_be_idle=True),
    cur("lineItem/Operation"),
    cur("lineItem/ProductCode"),
    cur("lineItem/ResourceId"),
    # Empty on rows of split cost allocation, whose money is in columns of its own.
    cur("lineItem/UnblendedCost", "money", required=True, allows_null=True),
    cur("lineItem/UsageAccountId"),
    cur("lineItem/UsageAccountName"),
    cur("lineItem/UsageAmount", "number"),
    cur("lineItem/UsageEndDate", "timestamp"),
    cur("lineItem/UsageStartDate", "timestamp", required=True),
    cur("lineItem/UsageType"),
    cur("pricing/RateCode"),
    cur("pricing/publicOnDemandCost", "money"),
    cur("pricing/unit"),
    # CUR 2.0 has most product attributes in this map, the legacy reports in columns.
    Column("product", "tags"),
    cur("product/ProductName"),
    cur("product/productFamily"),
    cur("product/region"),
    cur("product/regionCode"),
    cur("product/servicecode"),
    cur("product/sku"),
    cur("reservation/EffectiveCost", "money"),
    cur("reservation/NetEffectiveCost", "money", may_be_idle=True),
    cur("reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod", "money", may_be_idle=True),
    cur("reservation/NetUnusedRecurringFee", "money", may_be_idle=True),
    cur("reservation/ReservationARN"),
    cur("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", "money"),
    cur("reservation/UnusedRecurringFee", "money"),
    cur("savingsPlan/NetSavingsPlanEffectiveCost", "money", may_be_idle=True),
    cur("savingsPlan/SavingsPlanARN"),
    cur("savingsPlan/SavingsPlanEffectiveCost", "money"),
    cur("savingsPlan/TotalCommitmentToDate", "money"),
    cur("savingsPlan/UsedCommitment", "money"),
    cur("splitLineItem/NetSplitCost", "money", may_be_idle=True),
    cur("splitLineItem/NetUnusedCost", "money", may_be_idle=True),
    cur("splitLineItem/ParentResourceId"),
    cur("splitLineItem/SplitCost", "money"),
    cur("splitLineItem/UnusedCost", "money"),
    Column("tag_columns", "tags", prefixes=TAG_PREFIXES, leaves_out=CREATED_BY),
    # CUR 2.0 has each set of tags as a map.
    Column("cost_category", "tags"),
    Column("resource_tags", "tags"),
    Column("tags", "tags"),
)

# What the invoice says: usage under a savings plan is on it at its on-demand value and, negated, once more.
BILLED = """
case
    when line_item_line_item_type in ('SavingsPlanCoveredUsage', 'SavingsPlanNegation') then 0
    else coalesce(line_item_unblended_cost, 0)
end
"""

# What was consumed, after discounts where the report has them. The rows of split cost allocation
# share out what their instance cost already, so they add nothing.
EFFECTIVE = """
case
    when split_line_item_parent_resource_id is not null then 0
    when line_item_line_item_type = 'SavingsPlanCoveredUsage'
        then coalesce(savings_plan_net_savings_plan_effective_cost, savings_plan_savings_plan_effective_cost)
    when line_item_line_item_type = 'SavingsPlanRecurringFee'
        then savings_plan_total_commitment_to_date - savings_plan_used_commitment
    when line_item_line_item_type = 'DiscountedUsage'
        then coalesce(reservation_net_effective_cost, reservation_effective_cost)
    when line_item_line_item_type = 'RIFee'
        then coalesce(
            reservation_net_unused_amortized_upfront_fee_for_billing_period,
            reservation_unused_amortized_upfront_fee_for_billing_period, 0
        ) + coalesce(reservation_net_unused_recurring_fee, reservation_unused_recurring_fee, 0)
    when line_item_line_item_type in ('SavingsPlanNegation', 'SavingsPlanUpfrontFee')
        or (line_item_line_item_type = 'Fee' and reservation_reservation_a_r_n is not null)
        or (line_item_line_item_type = 'Refund' and line_item_product_code like '%SavingsPlans')
        then 0
    else coalesce(line_item_net_unblended_cost, line_item_unblended_cost)
end
"""

CHARGES = Table(
    name="aws_cur",
    columns=COLUMNS,
    account="bill_payer_account_id",
    period="bill_billing_period_start_date",
    currency="line_item_currency_code",
    billed=BILLED,
    effective=EFFECTIVE,
    told_apart_by=(
        "bill_payer_account_id",
        "line_item_usage_account_id",
        "line_item_usage_start_date",
        "line_item_line_item_type",
        "line_item_line_item_description",
        "line_item_usage_type",
        "line_item_operation",
        "line_item_resource_id",
        "pricing_rate_code",
        "tag_columns",
        "resource_tags",
    ),
    # A report may be of one member account: two that have none in common are parts of the payer's bill.
    parties=("line_item_usage_account_id",),
)

FEED = Feed(
    name="aws_cur",
    tables=(CHARGES,),
    nulls=("None",),
    manifest=Manifest(pattern=r"Manifest\.json$", files="reportKeys|dataFiles", execution="assemblyId|executionId"),
    # A marker that Athena's layout leaves beside its Parquet files.
    ignores="cost_and_usage_data_status",
)
