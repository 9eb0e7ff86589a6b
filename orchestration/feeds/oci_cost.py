"""OCI cost and usage reports. The cost report is the money; the usage report counts what was used.

Reports are appended: a correction is a new row, with the amount to add and a reference to the
row that it corrects. `cost/myCostOverage` is a part of `cost/myCost`, and not read.
"""

from orchestration.feeds import Column, Feed, Table

# Oracle tags a resource with the user who made it, an address as a rule.
TAGS = Column("tags", "tags", prefixes=("tags/",), leaves_out=r"^Oracle-Tags\.CreatedBy$")

LINE = (
    Column("lineItem/referenceNo", required=True),
    Column("lineItem/backreferenceNo"),
    Column("lineItem/intervalUsageStart", "timestamp", required=True),
    Column("lineItem/intervalUsageEnd", "timestamp", required=True),
    Column("lineItem/isCorrection"),
    Column("lineItem/tenantId", required=True),
    Column("product/availabilityDomain"),
    Column("product/compartmentId"),
    Column("product/compartmentName"),
    Column("product/region"),
    Column("product/resourceId"),
    Column("product/service"),
    TAGS,
)

CHARGES = Table(
    name="oci_cost",
    columns=(
        *LINE,
        Column("product/Description"),
        Column("cost/billingUnitReadable"),
        Column("cost/currencyCode", required=True),
        Column("cost/myCost", "money", required=True),
        Column("cost/productSku"),
        Column("cost/skuUnitDescription"),
        Column("cost/unitPrice", "number"),
        Column("usage/billedQuantity", "number"),
    ),
    account='"lineItem/tenantId"',
    period='"lineItem/intervalUsageStart"',
    currency='"cost/currencyCode"',
    billed='"cost/myCost"',
    effective='"cost/myCost"',
    # The reference number is a row's own, but Oracle does not promise that it stays so when a row is
    # corrected or split. So a row that two reports have counts once when all of it is the same.
    replaces="nothing",
    told_apart_by=("lineItem/referenceNo", "lineItem/intervalUsageStart", "product/resourceId", "cost/productSku"),
)

USAGE = Table(
    name="oci_usage",
    columns=(
        *LINE,
        Column("product/resource"),
        Column("usage/consumedQuantity", "number", required=True),
        Column("usage/consumedQuantityMeasure"),
        Column("usage/consumedQuantityUnits", required=True),
    ),
    account='"lineItem/tenantId"',
    period='"lineItem/intervalUsageStart"',
    replaces="nothing",
    told_apart_by=("lineItem/referenceNo", "lineItem/intervalUsageStart", "product/resourceId", "product/resource"),
)

FEED = Feed(
    name="oci_cost",
    tables=(CHARGES, USAGE),
    # The tag that is left out must not stay behind in a copy of the report.
    personal=True,
)
