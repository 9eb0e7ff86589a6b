"""SQL of what a bill holds besides usage: credits, refunds, commitments, an endpoint, fees and taxes."""

from __future__ import annotations

from orchestration.sample_company import catalog

# Credits and refunds give back a part of a charge, to the same owner, in the same place.
PRICE_CUTS = """
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
COMMITMENTS = """
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

# Reserved for one model, around the clock: no tags, for it is nobody's more than another's.
ENDPOINT = f"""
insert into charges by name
with

days as (
    select
        cast(day as timestamp) as day,
        24 as hours,
        cast(31.5 as decimal(28, 10)) as list_price,
        cast(31.5 * providers.contract_factor as decimal(28, 10)) as contracted_price,
        headers.*
    from headers
    inner join providers using (provider),
        generate_series(
            cast(getvariable('month_start') as date), cast(getvariable('month_end') - 1 as date), interval 1 day
        ) as days(day)
    where provider = '{catalog.NEBULA}'
)

select
    days.* exclude (day, hours, list_price, contracted_price),
    cast(hours * contracted_price as decimal(28, 10)) as BilledCost,
    BilledCost as EffectiveCost,
    BilledCost as ContractedCost,
    cast(hours * list_price as decimal(28, 10)) as ListCost,
    contracted_price as ContractedUnitPrice,
    list_price as ListUnitPrice,
    hours as ConsumedQuantity,
    'Hours' as ConsumedUnit,
    hours as PricingQuantity,
    'Hours' as PricingUnit,
    'Standard' as PricingCategory,
    'Usage' as ChargeCategory,
    'Usage-Based' as ChargeFrequency,
    'Dedicated endpoint, {catalog.ENDPOINT_MODEL}' as ChargeDescription,
    day as ChargePeriodStart,
    day + interval 1 day as ChargePeriodEnd,
    'eu-zrh-1' as RegionId,
    'Zürich' as RegionName,
    'nbl-serving' as SubAccountId,
    'Serving' as SubAccountName,
    'nbl:eu-zrh-1:nbl-serving/endpoint-{catalog.ENDPOINT_MODEL}' as ResourceId,
    'endpoint-{catalog.ENDPOINT_MODEL}' as ResourceName,
    'Model endpoint' as ResourceType,
    'AI and Machine Learning' as ServiceCategory,
    '{catalog.ENDPOINT_SERVICE}' as ServiceName,
    'Generative AI' as ServiceSubcategory,
    'NBL-ENDPOINT-H100-8' as SkuId,
    'Dedicated endpoint, 8 x H100' as SkuMeter,
    'NBL-ENDPOINT-H100-8.1' as SkuPriceId,
    concat_ws('/', 'endpoint', day) as charge_key,
    'pool:model_endpoint' as attribution,
    owners.team_id,
    owners.project_id,
    owners.lifecycle_stage
from days
inner join owners on owners.kind = 'model_endpoint'
"""

SUPPORT_FEES = """
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
PROMOTIONAL_CREDIT = """
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

TAXES = """
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
