with

charges as (

    select * from {{ source('raw', 'focus') }}

),

charges_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        cast("ChargePeriodStart" as date) as charge_date,
        "AllocatedMethodDetails" as allocated_method_details,
        "AllocatedMethodId" as allocated_method_id,
        "AllocatedResourceId" as allocated_resource_id,
        "AllocatedResourceName" as allocated_resource_name,
        "AllocatedTags" as allocated_tags,
        "AvailabilityZone" as availability_zone,
        "BilledCost" as billed_cost,
        "BillingAccountId" as billing_account_id,
        "BillingAccountName" as billing_account_name,
        "BillingAccountType" as billing_account_type,
        "BillingCurrency" as billing_currency,
        "BillingPeriodStart" as billing_period_start_at,
        "BillingPeriodEnd" as billing_period_end_at,
        "CapacityReservationId" as capacity_reservation_id,
        "CapacityReservationStatus" as capacity_reservation_status,
        "ChargeCategory" as charge_category,
        "ChargeClass" as charge_class,
        "ChargeDescription" as charge_description,
        "ChargeFrequency" as charge_frequency,
        "ChargePeriodStart" as charge_period_start_at,
        "ChargePeriodEnd" as charge_period_end_at,
        "CommitmentDiscountCategory" as commitment_discount_category,
        "CommitmentDiscountId" as commitment_discount_id,
        "CommitmentDiscountName" as commitment_discount_name,
        "CommitmentDiscountQuantity" as commitment_discount_quantity,
        "CommitmentDiscountStatus" as commitment_discount_status,
        "CommitmentDiscountType" as commitment_discount_type,
        "CommitmentDiscountUnit" as commitment_discount_unit,
        "CommitmentProgramEligibilityDetails" as commitment_program_eligibility_details,
        "ConsumedQuantity" as consumed_quantity,
        "ConsumedUnit" as consumed_unit,
        "ContractApplied" as contract_applied,
        "ContractedCost" as contracted_cost,
        "ContractedUnitPrice" as contracted_unit_price,
        "EffectiveCost" as effective_cost,
        "HostProviderName" as host_provider_name,
        "InvoiceDetailId" as invoice_detail_id,
        "InvoiceId" as invoice_id,
        "InvoiceIssuerName" as invoice_issuer_name,
        "ListCost" as list_cost,
        "ListUnitPrice" as list_unit_price,
        "PricingCategory" as pricing_category,
        "PricingCurrency" as pricing_currency,
        "PricingCurrencyContractedUnitPrice" as pricing_currency_contracted_unit_price,
        "PricingCurrencyEffectiveCost" as pricing_currency_effective_cost,
        "PricingCurrencyListUnitPrice" as pricing_currency_list_unit_price,
        "PricingQuantity" as pricing_quantity,
        "PricingUnit" as pricing_unit,
        "PublisherName" as publisher_name,
        "RegionId" as region_id,
        "RegionName" as region_name,
        "ResourceId" as resource_id,
        "ResourceName" as resource_name,
        "ResourceType" as resource_type,
        "ServiceCategory" as service_category,
        "ServiceName" as service_name,
        "ServiceProviderName" as provider_name,
        "ServiceSubcategory" as service_subcategory,
        "SkuId" as sku_id,
        "SkuMeter" as sku_meter,
        "SkuPriceDetails" as sku_price_details,
        "SkuPriceId" as sku_price_id,
        "SubAccountId" as sub_account_id,
        "SubAccountName" as sub_account_name,
        "SubAccountType" as sub_account_type,
        "Tags" as delivered_tags,
        -- The tags of what a charge was allocated to say more of its owner than those of what was split.
        case when "AllocatedTags" is null then "Tags" else {{ json_merged('"Tags"', '"AllocatedTags"') }} end as tags,
        x_extensions,
        -- A FOCUS bill says neither: both are told from its service and units.
        cast(null as varchar) as stated_component,
        -- `frontier-pro, input tokens` is a model and what it was used for.
        case
            when "ServiceCategory" = 'AI and Machine Learning' and "SkuMeter" like '%,%'
                then trim(split_part("SkuMeter", ',', 1))
        end as stated_model,
        cast(null as varchar) as activity_hint

    from charges

)

select * from charges_renamed
