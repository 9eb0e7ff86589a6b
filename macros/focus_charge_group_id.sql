{# The key of a charge's group, of the columns of focus.cost_and_usage; null for a day of a license, which has several. #}
{% macro focus_charge_group_id() -%}
    {%- set attributes = {
        'feed': '"x_Feed"', 'cost_component': '"x_CostComponent"',
        'billing_account_id': '"BillingAccountId"', 'sub_account_id': '"SubAccountId"',
        'provider_name': '"ProviderName"', 'service_name': '"ServiceName"', 'sku_id': '"SkuId"',
        'resource_id': '"ResourceId"', 'region_id': '"RegionId"', 'invoice_id': '"InvoiceId"',
        'billing_currency': '"BillingCurrency"',
        'service_category': 'coalesce(' ~ json_text('"x_Clues"', 'service_category') ~ ', "ServiceCategory")',
        'charge_category': 'coalesce(' ~ json_text('"x_Clues"', 'charge_category') ~ ', "ChargeCategory")',
        'tags': 'coalesce(' ~ json_text('"x_Clues"', 'tags') ~ ', "Tags")',
    } -%}
    {%- for column in focus_clue_columns() -%}
        {%- do attributes.update({column: json_text('"x_Clues"', column)}) -%}
    {%- endfor -%}
    case
        when not {{ is_license_day('"x_Feed"', '"BillingAccountId"', '"ChargeCategory"') }}
            then {{ charge_group_id(attributes) }}
    end
{%- endmacro %}
