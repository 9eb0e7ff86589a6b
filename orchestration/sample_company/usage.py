"""SQL of metered usage: what ran, for how long, at what price, and whose it really was."""

from __future__ import annotations

from orchestration.sample_company.company import RENAMED_ON

# What all charges of a billing account and period have in common.
HEADERS = """
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
METERED = """
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

USAGE = f"""
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
