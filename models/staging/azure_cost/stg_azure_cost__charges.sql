with

charges as (

    select * from {{ source('raw', 'azure_cost') }}

),

-- Azure writes its names in any case. The old pay-as-you-go form has usage only, and no billing period.
charges_folded as (

    select
        *,
        lower(coalesce("ChargeType", 'Usage')) as charge_type,
        lower("PricingModel") as pricing_model,
        lower("MeterCategory") as meter_category,
        lower("ServiceFamily") as service_family,
        lower(concat_ws(' ', "MeterCategory", "MeterSubCategory", "ProductName")) as service,
        {{ words_of('"MeterName"') }} as meter_words,
        {{ without('"UnitOfMeasure"', '^\\s*([0-9]+([KMBkmb]\\b)?)?\\s*') }} as unit_name,
        {{ without('lower("ResourceId")', '^/') }} as resource_path,
        cast(coalesce("BillingPeriodStartDate", date_trunc('month', "Date")) as timestamp) as period_start_at,
        -- EA prices are in the billing currency, MCA's in the pricing currency.
        case
            when "PricingCurrency" is null or "PricingCurrency" = "BillingCurrency" then 1
            else "ExchangeRatePricingToBilling"
        end as exchange_rate,
        -- A list price of zero beside a cost is a price that Azure does not state.
        case when "PayGPrice" <> 0 or "CostInBillingCurrency" = 0 then "PayGPrice" end as list_price

    from charges

),

charges_told as (

    select
        *,
        {{ azure_service_category('meter_category', 'service_family') }} as service_category,
        {{ azure_model_use('service', 'meter_words') }} as model_use,
        {{ quantity_times_price(quantity_times_price('"Quantity"', 'list_price'), 'exchange_rate') }} as list_cost,
        {{ quantity_times_price(quantity_times_price('"Quantity"', '"UnitPrice"'), 'exchange_rate') }}
            as contracted_cost,
        charge_type like 'unused%' as is_unused,
        charge_type like 'unused%' or (
            charge_type = 'usage' and ("ReservationId" is not null or pricing_model in ('reservation', 'savingsplan'))
        ) as is_committed_usage,
        lower(coalesce("BenefitId", "ReservationId")) as commitment_id,
        charge_type = 'unusedsavingsplan' or coalesce(pricing_model, '') = 'savingsplan' as is_savings_plan

    from charges_folded

),

charges_shaped as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        "Date" as charge_date,
        -- An actual export has what is invoiced, an amortized one what is consumed: one money, never added.
        cast(case when counts_billed then "CostInBillingCurrency" else 0 end as decimal(38, 12)) as billed_cost,
        cast(case when counts_effective then "CostInBillingCurrency" else 0 end as decimal(38, 12)) as effective_cost,
        -- What else a row measures stands where its effective cost does, so that it too is counted once.
        case when counts_effective then coalesce("PayGCostInBillingCurrency", list_cost) else 0 end as list_cost,
        case when counts_effective then contracted_cost else 0 end as contracted_cost,
        case when counts_effective then "Quantity" * {{ azure_units_per_block('"UnitOfMeasure"') }} end
            as consumed_quantity,
        case
            when not counts_effective or "Quantity" is null then null
            when meter_words like '% token%' then 'Tokens'
            when coalesce(unit_name, '') = '' or unit_name like '/%' then concat('Units', unit_name)
            else unit_name
        end as consumed_unit,
        case when counts_effective then "Quantity" end as pricing_quantity,
        case when counts_effective and "Quantity" is not null then coalesce("UnitOfMeasure", 'Units') end
            as pricing_unit,
        coalesce("BillingAccountId", "BillingProfileId", "SubscriptionId") as billing_account_id,
        coalesce("BillingAccountName", "BillingProfileName") as billing_account_name,
        "SubscriptionId" as sub_account_id,
        "SubscriptionName" as sub_account_name,
        "BillingCurrency" as billing_currency,
        period_start_at as billing_period_start_at,
        coalesce(
            cast("BillingPeriodEndDate" as timestamp) + interval 1 day, period_start_at + interval 1 month
        ) as billing_period_end_at,
        cast("Date" as timestamp) as charge_period_start_at,
        cast("Date" as timestamp) + interval 1 day as charge_period_end_at,
        case charge_type
            when 'purchase' then 'Purchase'
            when 'tax' then 'Tax'
            when 'credit' then 'Credit'
            when 'refund' then 'Adjustment'
            when 'adjustment' then 'Adjustment'
            when 'roundingadjustment' then 'Adjustment'
            -- The door lets in no other type than these and usage, used or not.
            else 'Usage'
        end as charge_category,
        case when charge_type = 'refund' or "PreviousInvoiceId" is not null then 'Correction' end as charge_class,
        coalesce("ProductName", "MeterName") as charge_description,
        case
            when lower("Frequency") = 'onetime' then 'One-Time'
            when lower("Frequency") = 'recurring' then 'Recurring'
            -- Where a form does not say it, the type does.
            when "Frequency" is null
                and charge_type in ('purchase', 'refund', 'tax', 'adjustment', 'roundingadjustment') then 'One-Time'
            else 'Usage-Based'
        end as charge_frequency,
        case
            when is_committed_usage then 'Committed'
            when pricing_model = 'ondemand' then 'Standard'
            when pricing_model = 'spot' then 'Dynamic'
        end as pricing_category,
        'Microsoft' as provider_name,
        coalesce("PublisherName", 'Microsoft') as publisher_name,
        coalesce("ResellerName", 'Microsoft') as invoice_issuer_name,
        "InvoiceId" as invoice_id,
        service_category,
        coalesce("MeterCategory", "ConsumedService", "ProductName", 'Azure') as service_name,
        "MeterId" as sku_id,
        "PartNumber" as sku_price_id,
        "MeterName" as sku_meter,
        -- With its first slash, which nise leaves out, and in lower case: Azure mixes both.
        case when resource_path <> '' then concat('/', resource_path) end as resource_id,
        "ResourceName" as resource_name,
        lower(replace("ResourceLocation", ' ', '')) as region_id,
        coalesce("MeterRegion", "ResourceLocation") as region_name,
        "AvailabilityZone" as availability_zone,
        commitment_id as commitment_discount_id,
        coalesce("BenefitName", "ReservationName") as commitment_discount_name,
        case
            when commitment_id is not null and is_savings_plan then 'Spend'
            when commitment_id is not null then 'Usage'
        end as commitment_discount_category,
        case
            when commitment_id is not null and is_savings_plan then 'Savings Plan'
            when commitment_id is not null then 'Reservation'
        end as commitment_discount_type,
        case when is_unused then 'Unused' when is_committed_usage then 'Used' end as commitment_discount_status,
        {{ json_object_of('"Tags"') }} as tags,
        case
            when model_use in ('tokens', 'provisioned') or (model_use = 'tuning' and meter_words like '% token%')
                then 'model_api'
            -- Windows, Red Hat or SQL Server, priced beside the machine that runs it.
            when meter_category like '%license%' or lower("MeterSubCategory") like '%license%' then 'licenses'
        end as stated_component,
        case
            when is_unused then 'idle'
            when model_use = 'tuning' then 'fine_tuning'
            when model_use in ('tokens', 'provisioned', 'hosting') then 'inference'
        end as activity_hint

    from charges_told

)

select * from charges_shaped
