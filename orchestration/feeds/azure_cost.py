"""Azure cost details: actual and amortized exports of EA, MCA and pay-as-you-go agreements.

An actual export has what is invoiced (a reservation is a purchase, the usage it covers is
free), an amortized one what is consumed (the purchase is gone, the usage carries its part).
Both are the same money. The header set differs by agreement, age and language.
"""

from orchestration.feeds import Column, Feed, Manifest, Table, View

# What older exports write where there is nothing: no reservation, subscription or benefit has it.
NOTHING = "00000000-0000-0000-0000-000000000000"

# Native EA and MCA exports write 06/30/2026; the others ISO, with a time or without one.
DATES = (
    "%m/%d/%Y",
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%nZ",
)

# Compared in lower case; a charge of no known type is refused. The old form has usage only.
CHARGE_TYPES = (
    "usage",
    "purchase",
    "refund",
    "adjustment",
    "roundingadjustment",
    "tax",
    "credit",
    "unusedreservation",
    "unusedsavingsplan",
)

# Rows that only one of the two exports has: what a commitment was bought for, and where it went.
OF_A_COMMITMENT = (
    """("ReservationId" is not null or lower("PricingModel") in ('reservation', 'savingsplan'))"""
    ' and "CostInBillingCurrency" <> 0'
)
PURCHASED = f"""lower("ChargeType") in ('purchase', 'refund') and {OF_A_COMMITMENT}"""
AMORTIZED = f"""lower("ChargeType") like 'unused%' or lower("ChargeType") = 'usage' and {OF_A_COMMITMENT}"""
# What no commitment covers is the same in both.
COMMON = f"lower(coalesce(\"ChargeType\", 'usage')) = 'usage' and ({OF_A_COMMITMENT}) is not true"

CHARGES = Table(
    name="azure_cost",
    columns=(
        Column("AvailabilityZone"),
        Column("BenefitId"),
        Column("BenefitName"),
        Column("BillingAccountId"),
        Column("BillingAccountName"),
        Column("BillingCurrency", required=True, aliases=("BillingCurrencyCode", "Currency")),
        Column("BillingPeriodStartDate", "date", formats=DATES),
        Column("BillingPeriodEndDate", "date", formats=DATES),
        Column("BillingProfileId"),
        Column("BillingProfileName"),
        Column("ChargeType"),
        Column("ConsumedService"),
        Column("CostCenter"),
        # MCA also states the cost in the pricing currency and in USD: the billing currency is invoiced.
        Column("CostInBillingCurrency", "money", required=True, aliases=("Cost", "PreTaxCost")),
        Column("Date", "date", required=True, aliases=("UsageDateTime",), formats=DATES),
        Column("ExchangeRatePricingToBilling", "number"),
        Column("Frequency"),
        Column("InvoiceId"),
        Column("InvoiceSectionName", aliases=("InvoiceSection",)),
        Column("MeterCategory"),
        Column("MeterId"),
        Column("MeterName"),
        Column("MeterRegion"),
        Column("MeterSubCategory"),
        Column("PartNumber"),
        Column("PayGCostInBillingCurrency", "money"),
        Column("PayGPrice", "number"),
        Column("PreviousInvoiceId"),
        Column("PricingCurrency"),
        Column("PricingModel"),
        Column("ProductName", aliases=("Product",)),
        Column("ProductOrderId"),
        Column("PublisherName"),
        Column("PublisherType"),
        Column("Quantity", "number", aliases=("UsageQuantity",)),
        Column("ResellerName"),
        Column("ReservationId"),
        Column("ReservationName"),
        Column("ResourceGroupName", aliases=("ResourceGroup",)),
        Column("ResourceId", aliases=("InstanceId",)),
        Column("ResourceLocation", aliases=("Location",)),
        Column("ResourceName"),
        Column("ServiceFamily"),
        Column("SubscriptionId", aliases=("SubscriptionGuid",)),
        Column("SubscriptionName"),
        Column("Tags", "tags"),
        Column("UnitOfMeasure"),
        Column("UnitPrice", "number"),
    ),
    # The old pay-as-you-go form names neither an account nor a billing period.
    account='coalesce("BillingAccountId", "BillingProfileId", "SubscriptionId")',
    period='coalesce("BillingPeriodStartDate", "Date")',
    currency='"BillingCurrency"',
    billed='"CostInBillingCurrency"',
    effective='"CostInBillingCurrency"',
    told_apart_by=(
        "SubscriptionId",
        "ResourceId",
        "Date",
        "ChargeType",
        "MeterId",
        "MeterName",
        "MeterRegion",
        "PartNumber",
        "ProductName",
        "ProductOrderId",
        "BenefitId",
        "CostCenter",
        "InvoiceSectionName",
        "Tags",
    ),
    # An export may be of one subscription: two that have none in common are parts of the account's bill.
    parties=('"SubscriptionId"',),
    # Of the two words in a path the last one is meant.
    views=(
        View("amortized", "AmortizedCost", in_path=r"amorti[sz]ed(?!.*actual)", shown_by=AMORTIZED),
        View("actual", "ActualCost", in_path=r"actual(?!.*amorti[sz]ed)", shown_by=PURCHASED),
    ),
    billed_from=("actual", "amortized"),
    effective_from=("amortized", "actual"),
    covers=('lower("SubscriptionId")', '"Date"'),
    common=COMMON,
    # What was bought is in no amortized export: beside an actual one it states no invoice.
    falls_back=("effective",),
)

FEED = Feed(
    name="azure_cost",
    tables=(CHARGES,),
    # AccountOwnerId is the address of a person.
    personal=True,
    nulls=(NOTHING,),
    manifest=Manifest(
        pattern=r"^manifest\.json$",
        files="blobs.*.blobName",
        execution="runInfo.runId",
        rows="blobs.*.dataRowCount",
        made_at="runInfo.submittedTime",
        view="exportConfig.type",
        is_optional=True,
    ),
    # A classic export writes each run, the month so far, into one folder: costs_<run>.csv.
    run_in_name=r"_([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\.",
)
