"""One month's charges of all vendors: FOCUS columns, and beside them who really spent it.

The table `charges` is made once per month. The bills show its FOCUS columns, the truth
sums its other ones, and neither reads what the other writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.sample_company.company import RENAMED_ON
from orchestration.sample_company.months import Month

if TYPE_CHECKING:
    import duckdb


def make_charges(connection: duckdb.DuckDBPyConnection, month: Month, rows: int) -> None:
    """Make the table `charges` with about `rows` charges of one billing period."""
    connection.execute(
        f"""
        set variable month_start = date '{month.start}';
        set variable month_end = date '{month.end}';
        set variable month_rows = {rows};
        set variable growth = power(1.02, {month.index - Month(2026, 1).index});
        """
    )
    steps = (
        _HEADERS,
        _METERED,
        _USAGE,
        _PRICE_CUTS,
        _COMMITMENTS,
        _SUPPORT_FEES,
        _PROMOTIONAL_CREDIT,
        _TAXES,
        _COMPONENTS,
    )
    for step in steps:
        connection.execute(step)


# What all charges of a billing account and period have in common.
_HEADERS = """
create or replace table headers as
select
    providers.provider,
    account_names.billing_account_id as BillingAccountId,
    account_names.billing_account_name as BillingAccountName,
    providers.currency as BillingCurrency,
    cast(getvariable('month_start') as timestamp) as BillingPeriodStart,
    cast(getvariable('month_end') as timestamp) as BillingPeriodEnd,
    concat(
        'INV-', digest(account_names.billing_account_id, 'invoice', 6), '-',
        strftime(getvariable('month_start'), '%Y%m')
    ) as InvoiceId,
    providers.issuer as InvoiceIssuerName
from account_names
inner join (
    select provider, billing_account_id from billing_accounts
    union
    select provider, billing_account_id from sub_accounts where billing_account_id is not null
) as known using (billing_account_id)
inner join providers using (provider)
"""

# What the meters counted: a resource, a period, a quantity. No money yet.
_METERED = """
create or replace table metered as
with

lines as (
    select
        providers.provider,
        line.line,
        concat_ws('/', providers.provider, getvariable('month_start'), line.line) as charge_key
    from providers,
    lateral (
        select unnest(range(cast(getvariable('month_rows') * row_share // 100 as bigint))) as line
    ) as line
),

drawn as (
    select
        lines.provider,
        lines.line,
        lines.charge_key,
        skus.sku_no,
        coalesce(skus.fixed_kind, kind_slots.kind) as kind,
        skus.grain,
        cast(
            getvariable('growth')
            * (skus.low + (skus.high - skus.low) * draw(charge_key, 'quantity'))
            as decimal(18, 4)
        ) as quantity,
        skus.is_committable and pick(charge_key, 'commitment', 3) = 0 as is_committed,
        cast(getvariable('month_start') as timestamp)
        + to_days(pick(charge_key, 'day', getvariable('month_end') - getvariable('month_start')))
        + to_hours(if(skus.grain = 'hour', pick(charge_key, 'hour', 24), 0)) as starts_at
    from lines
    inner join sku_slots
        on lines.provider = sku_slots.provider and sku_slots.slot = pick(charge_key, 'sku', 100)
    inner join kind_slots
        on lines.provider = kind_slots.provider and kind_slots.slot = pick(charge_key, 'kind', 100)
    inner join skus on sku_slots.sku_no = skus.sku_no
),

placed as (
    select
        drawn.*,
        cast(floor(kinds.resources * power(draw(charge_key, 'resource'), 1.5)) as bigint)
            as resource_no
    from drawn
    inner join kinds on drawn.provider = kinds.provider and drawn.kind = kinds.kind
),

-- A meter that ran wrong last month is put right on this month's bill.
corrected as (
    select * replace (
        charge_key || '/correction' as charge_key,
        -quantity as quantity,
        starts_at - interval 1 month as starts_at
    )
    from placed
    where not is_committed
    qualify row_number() over (partition by provider order by line) % 250 = 3
)

select *, false as is_correction from placed
union all
select *, true as is_correction from corrected
"""

_USAGE = f"""
create or replace table charges as
with

priced as (
    select
        metered.*,
        cast(skus.list_price * quantity as decimal(28, 10)) as list_cost,
        cast(skus.contracted_price * quantity as decimal(28, 10)) as contracted_cost,
        cast(skus.committed_price * quantity as decimal(28, 10)) as committed_cost
    from metered
    inner join skus on metered.sku_no = skus.sku_no
)

select
    if(skus.category = 'Compute' and priced.grain = 'hour', resources.region_id || 'a', null)
        as AvailabilityZone,
    if(is_committed, 0.0, contracted_cost)::decimal(28, 10) as BilledCost,
    headers.* exclude (provider),
    'Usage' as ChargeCategory,
    if(is_correction, 'Correction', null) as ChargeClass,
    concat(skus.meter, ', ', resources.region_name) as ChargeDescription,
    'Usage-Based' as ChargeFrequency,
    starts_at as ChargePeriodStart,
    starts_at + if(priced.grain = 'hour', interval 1 hour, interval 1 day) as ChargePeriodEnd,
    commitments.category as CommitmentDiscountCategory,
    commitments.prefix || headers.BillingAccountId as CommitmentDiscountId,
    commitments.name as CommitmentDiscountName,
    if(is_committed, 'Used', null) as CommitmentDiscountStatus,
    commitments.type as CommitmentDiscountType,
    cast(quantity * skus.consumed_per_priced as decimal(28, 4)) as ConsumedQuantity,
    skus.consumed_unit as ConsumedUnit,
    contracted_cost as ContractedCost,
    cast(skus.contracted_price as decimal(28, 10)) as ContractedUnitPrice,
    if(is_committed, committed_cost, contracted_cost) as EffectiveCost,
    list_cost as ListCost,
    cast(skus.list_price as decimal(28, 10)) as ListUnitPrice,
    if(is_committed, 'Committed', 'Standard') as PricingCategory,
    cast(quantity as decimal(28, 4)) as PricingQuantity,
    skus.pricing_unit as PricingUnit,
    resources.region_id as RegionId,
    resources.region_name as RegionName,
    resources.resource_id as ResourceId,
    resources.resource_name as ResourceName,
    skus.resource_type as ResourceType,
    skus.category as ServiceCategory,
    skus.service as ServiceName,
    skus.subcategory as ServiceSubcategory,
    skus.sku_id as SkuId,
    skus.meter as SkuMeter,
    skus.details as SkuPriceDetails,
    skus.sku_id || '.' || upper(left(md5(skus.sku_id || resources.region_id), 8)) as SkuPriceId,
    resources.sub_account_id as SubAccountId,
    resources.sub_account_name as SubAccountName,
    if(starts_at < timestamp '{RENAMED_ON}', resources.old_tags, resources.tags) as Tags,
    priced.charge_key,
    priced.provider,
    resources.attribution,
    if(owners.kind is null, resources.team_id, owners.team_id) as team_id,
    if(owners.kind is null, resources.project_id, owners.project_id) as project_id,
    if(owners.kind is null, resources.lifecycle_stage, owners.lifecycle_stage) as lifecycle_stage
from priced
inner join skus on priced.sku_no = skus.sku_no
inner join resources
    on priced.sku_no = resources.sku_no
        and priced.kind = resources.kind
        and priced.resource_no = resources.resource_no
inner join headers
    on priced.provider = headers.provider
        and resources.billing_account_id = headers.BillingAccountId
left join commitments
    on priced.provider = commitments.provider and priced.is_committed
left join owners
    on priced.kind = owners.kind
        and cast(starts_at as date) >= coalesce(owners.valid_from, date '0001-01-01')
        and cast(starts_at as date) < coalesce(owners.valid_to, date '9999-12-31')
"""

# Credits and refunds give back a part of a charge, to the same owner, in the same place.
_PRICE_CUTS = """
insert into charges by name
with

cuttable as (
    select
        *,
        row_number() over (partition by provider order by charge_key) % 300 as position
    from charges
    where BilledCost > 0 and lower(concat(ConsumedUnit, PricingUnit)) not like '%token%'
),

cut as (
    select
        *,
        if(position = 5, 'Adjustment', 'Credit') as cut_category,
        -cast(BilledCost * if(position = 5, 0.10, 0.25) as decimal(28, 10)) as cut_amount
    from cuttable
    where position in (5, 35, 185)
)

select * exclude (position, cut_category, cut_amount) replace (
    cut_category as ChargeCategory,
    if(cut_category = 'Credit', 'Migration program credit', 'Service level refund')
        as ChargeDescription,
    'One-Time' as ChargeFrequency,
    cut_amount as BilledCost,
    cut_amount as EffectiveCost,
    cut_amount as ContractedCost,
    cut_amount as ListCost,
    null as ConsumedQuantity,
    null as ConsumedUnit,
    null as PricingCategory,
    null as PricingQuantity,
    null as PricingUnit,
    null as ContractedUnitPrice,
    null as ListUnitPrice,
    concat_ws('/', charge_key, lower(cut_category)) as charge_key
)
from cut
"""

# The day's commitment is bought (billed, not yet consumed), used, and in part wasted.
# Microsoft's was paid in full before the sample begins: only its use is on the bills.
_COMMITMENTS = """
insert into charges by name
with

covered as (
    select
        provider,
        BillingAccountId,
        date_trunc('day', ChargePeriodStart) as day,
        sum(EffectiveCost) as used_cost
    from charges
    where CommitmentDiscountStatus = 'Used' and provider = 'AWS'
    group by all
),

bought as (
    select *, cast(used_cost * 1.06 as decimal(28, 10)) as bought_cost
    from covered
),

posted as (
    select
        *,
        'Purchase' as ChargeCategory,
        'Recurring' as ChargeFrequency,
        null as CommitmentDiscountStatus,
        'Commitment, no upfront, daily fee' as ChargeDescription,
        bought_cost as BilledCost,
        0 as EffectiveCost,
        bought_cost as ListCost,
        1 as PricingQuantity
    from bought
    union all
    select
        *,
        'Usage',
        'Usage-Based',
        'Unused',
        'Commitment that nobody used',
        0,
        cast(bought_cost - used_cost as decimal(28, 10)),
        0,
        0
    from bought
)

select
    headers.* exclude (provider),
    posted.* exclude (day, used_cost, bought_cost, BillingAccountId),
    posted.ListCost as ContractedCost,
    if(ChargeCategory = 'Purchase', ListCost, 0) as ListUnitPrice,
    if(ChargeCategory = 'Purchase', ListCost, 0) as ContractedUnitPrice,
    if(ChargeCategory = 'Usage', 0, null) as ConsumedQuantity,
    if(ChargeCategory = 'Usage', 'Commitment-Days', null) as ConsumedUnit,
    'Commitment-Days' as PricingUnit,
    if(ChargeCategory = 'Purchase', 'Standard', 'Committed') as PricingCategory,
    posted.day as ChargePeriodStart,
    posted.day + interval 1 day as ChargePeriodEnd,
    commitments.category as CommitmentDiscountCategory,
    commitments.prefix || BillingAccountId as CommitmentDiscountId,
    commitments.name as CommitmentDiscountName,
    commitments.type as CommitmentDiscountType,
    commitments.prefix || BillingAccountId as ResourceId,
    commitments.name as ResourceName,
    'Commitment' as ResourceType,
    'Compute' as ServiceCategory,
    'Savings Plans for Compute' as ServiceName,
    'Other (Compute)' as ServiceSubcategory,
    'SP-COMPUTE' as SkuId,
    'SP-COMPUTE.1Y' as SkuPriceId,
    map {
        'team': 'ml-platform', 'project': 'training-runtime', 'environment': 'production'
    } as Tags,
    concat_ws('/', 'commitment', ChargeCategory, BillingAccountId, day) as charge_key,
    'tagged' as attribution,
    'ml-platform' as team_id,
    'training-runtime' as project_id,
    'production' as lifecycle_stage
from posted
inner join headers using (provider, BillingAccountId)
inner join commitments using (provider)
"""

_SUPPORT_FEES = """
insert into charges by name
with

fees as (
    select
        provider,
        BillingAccountId,
        date_trunc('day', ChargePeriodStart) as day,
        cast(sum(BilledCost) * 0.03 as decimal(28, 10)) as fee
    from charges
    where provider = 'AWS' and ChargeCategory = 'Usage' and ChargeClass is null
    group by all
)

select
    headers.*,
    fees.fee as BilledCost,
    fees.fee as EffectiveCost,
    fees.fee as ListCost,
    fees.fee as ContractedCost,
    fees.fee as ListUnitPrice,
    fees.fee as ContractedUnitPrice,
    1 as PricingQuantity,
    'Days' as PricingUnit,
    'Standard' as PricingCategory,
    'Purchase' as ChargeCategory,
    'Recurring' as ChargeFrequency,
    'Business support, 3% of the day''s usage' as ChargeDescription,
    fees.day as ChargePeriodStart,
    fees.day + interval 1 day as ChargePeriodEnd,
    'Management and Governance' as ServiceCategory,
    'AWS Support (Business)' as ServiceName,
    'Support' as ServiceSubcategory,
    'SUPPORT-B' as SkuId,
    'SUPPORT-B.1' as SkuPriceId,
    concat_ws('/', 'support', BillingAccountId, fees.day) as charge_key,
    'pool:support_and_tax' as attribution,
    owners.team_id,
    owners.project_id,
    owners.lifecycle_stage
from fees
inner join headers using (provider, BillingAccountId)
inner join owners on owners.kind = 'support_and_tax'
where fees.fee > 0
"""

# Given to the company as a whole: no resource, no tags, and no rule that claims it.
_PROMOTIONAL_CREDIT = """
insert into charges by name
with

credit as (
    select
        charges.provider,
        BillingAccountId,
        -cast(sum(BilledCost) * 0.002 as decimal(28, 10)) as amount
    from charges
    inner join billing_accounts
        on charges.provider = billing_accounts.provider
            and charges.BillingAccountId = billing_accounts.billing_account_id
    where charges.provider = 'AWS'
    group by all
)

select
    headers.*,
    credit.amount as BilledCost,
    credit.amount as EffectiveCost,
    credit.amount as ListCost,
    credit.amount as ContractedCost,
    'Credit' as ChargeCategory,
    'One-Time' as ChargeFrequency,
    'Startup program credit' as ChargeDescription,
    cast(getvariable('month_start') as timestamp) as ChargePeriodStart,
    cast(getvariable('month_start') as timestamp) + interval 1 day as ChargePeriodEnd,
    'Compute' as ServiceCategory,
    'Amazon Elastic Compute Cloud' as ServiceName,
    'Virtual Machines' as ServiceSubcategory,
    concat_ws('/', 'promotion', BillingAccountId) as charge_key,
    'untagged' as attribution,
    'ml-platform' as team_id,
    'training-runtime' as project_id,
    'production' as lifecycle_stage
from credit
inner join headers using (provider, BillingAccountId)
"""

_TAXES = """
insert into charges by name
with

taxes as (
    select
        provider,
        BillingAccountId,
        cast(sum(BilledCost) * any_value(providers.tax_rate) as decimal(28, 10)) as tax
    from charges
    inner join providers using (provider)
    group by all
)

select
    headers.*,
    taxes.tax as BilledCost,
    taxes.tax as EffectiveCost,
    taxes.tax as ListCost,
    taxes.tax as ContractedCost,
    'Tax' as ChargeCategory,
    'Recurring' as ChargeFrequency,
    'Tax on the charges of this invoice' as ChargeDescription,
    cast(getvariable('month_end') as timestamp) - interval 1 day as ChargePeriodStart,
    cast(getvariable('month_end') as timestamp) as ChargePeriodEnd,
    'Other' as ServiceCategory,
    'Tax' as ServiceName,
    'Other (Other)' as ServiceSubcategory,
    concat_ws('/', 'tax', BillingAccountId) as charge_key,
    'pool:support_and_tax' as attribution,
    owners.team_id,
    owners.project_id,
    owners.lifecycle_stage
from taxes
inner join headers using (provider, BillingAccountId)
inner join owners on owners.kind = 'support_and_tax'
"""

# The rule by which the whole project tells cost components of a bill.
_COMPONENTS = """
alter table charges add column cost_component varchar;
update charges set cost_component = case
    when ServiceCategory = 'Compute' then 'compute'
    when ServiceCategory = 'Storage' then 'storage'
    when ServiceCategory = 'Networking' then 'network'
    when ServiceCategory = 'AI and Machine Learning'
        then if(
            lower(concat(ConsumedUnit, ' ', PricingUnit)) like '%token%', 'model_api', 'compute'
        )
    when ServiceCategory = 'Databases' then 'storage'
    else 'other'
end;
"""
