{# What adds up in FOCUS, and is split with its charge: column and type. All else is repeated on each part. #}
{% macro focus_measures() -%}
    {%- set money, quantity = 'decimal(38, 12)', 'decimal(38, 15)' -%}
    {{ return({
        'BilledCost': money, 'EffectiveCost': money, 'ListCost': money, 'ContractedCost': money,
        'PricingCurrencyEffectiveCost': money, 'ConsumedQuantity': quantity, 'PricingQuantity': quantity,
        'CommitmentDiscountQuantity': quantity,
    }) }}
{%- endmacro %}
