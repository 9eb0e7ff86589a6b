-- As long as the bill: a view, published only when asked for.
{{ config(materialized='view') }}

with

charges as (

    select * from {{ ref('int_charges__cost_and_usage') }}

),

-- FOCUS has no null cost: where an export tells no price, list and contract are taken to be what was paid.
charges_priced as (

    select
        *,
        case when lower(charge_category) = 'usage' then effective_cost else billed_cost end as cost_of_its_own

    from charges

),

charges_in_focus as (

    select
        allocated_method_details as "AllocatedMethodDetails",
        allocated_method_id as "AllocatedMethodId",
        allocated_resource_id as "AllocatedResourceId",
        allocated_resource_name as "AllocatedResourceName",
        allocated_tags as "AllocatedTags",
        availability_zone as "AvailabilityZone",
        billed_cost as "BilledCost",
        billing_account_id as "BillingAccountId",
        billing_account_name as "BillingAccountName",
        billing_account_type as "BillingAccountType",
        billing_currency as "BillingCurrency",
        billing_period_end_at as "BillingPeriodEnd",
        billing_period_start_at as "BillingPeriodStart",
        capacity_reservation_id as "CapacityReservationId",
        capacity_reservation_status as "CapacityReservationStatus",
        {{ focus_charge_category('charge_category') }} as "ChargeCategory",
        charge_class as "ChargeClass",
        charge_description as "ChargeDescription",
        case lower(charge_frequency)
            when 'usage-based' then 'Usage-Based'
            when 'one-time' then 'One-Time'
            when 'recurring' then 'Recurring'
        end as "ChargeFrequency",
        charge_period_end_at as "ChargePeriodEnd",
        charge_period_start_at as "ChargePeriodStart",
        commitment_discount_category as "CommitmentDiscountCategory",
        commitment_discount_id as "CommitmentDiscountId",
        commitment_discount_name as "CommitmentDiscountName",
        commitment_discount_quantity as "CommitmentDiscountQuantity",
        commitment_discount_status as "CommitmentDiscountStatus",
        commitment_discount_type as "CommitmentDiscountType",
        commitment_discount_unit as "CommitmentDiscountUnit",
        commitment_program_eligibility_details as "CommitmentProgramEligibilityDetails",
        consumed_quantity as "ConsumedQuantity",
        consumed_unit as "ConsumedUnit",
        contract_applied as "ContractApplied",
        coalesce(contracted_cost, cost_of_its_own) as "ContractedCost",
        contracted_unit_price as "ContractedUnitPrice",
        effective_cost as "EffectiveCost",
        coalesce(host_provider_name, provider_name) as "HostProviderName",
        invoice_detail_id as "InvoiceDetailId",
        invoice_id as "InvoiceId",
        invoice_issuer_name as "InvoiceIssuerName",
        coalesce(list_cost, contracted_cost, cost_of_its_own) as "ListCost",
        list_unit_price as "ListUnitPrice",
        pricing_category as "PricingCategory",
        pricing_currency as "PricingCurrency",
        pricing_currency_contracted_unit_price as "PricingCurrencyContractedUnitPrice",
        pricing_currency_effective_cost as "PricingCurrencyEffectiveCost",
        pricing_currency_list_unit_price as "PricingCurrencyListUnitPrice",
        pricing_quantity as "PricingQuantity",
        pricing_unit as "PricingUnit",
        provider_name as "ProviderName",
        publisher_name as "PublisherName",
        region_id as "RegionId",
        region_name as "RegionName",
        resource_id as "ResourceId",
        resource_name as "ResourceName",
        resource_type as "ResourceType",
        {{ focus_service_category('service_category') }} as "ServiceCategory",
        service_name as "ServiceName",
        provider_name as "ServiceProviderName",
        service_subcategory as "ServiceSubcategory",
        sku_id as "SkuId",
        sku_meter as "SkuMeter",
        sku_price_details as "SkuPriceDetails",
        sku_price_id as "SkuPriceId",
        sub_account_id as "SubAccountId",
        sub_account_name as "SubAccountName",
        sub_account_type as "SubAccountType",
        case when allocated_tags is null then tags else delivered_tags end as "Tags",
        charge_id as "x_ChargeId",
        {{ focus_clues() }} as "x_Clues",
        cost_component as "x_CostComponent",
        delivery_id as "x_DeliveryId",
        x_extensions as "x_Extensions",
        feed as "x_Feed",
        billing_period as "x_BillingPeriod"

    from charges_priced

)

select * from charges_in_focus
