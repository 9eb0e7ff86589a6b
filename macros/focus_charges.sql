{#
    The charges of focus.cost_and_usage as they are shared: with the key of their group, and where the benefit of a
    commitment is spread, the use at what it would have cost and, under the same x_ChargeId, the benefit with its pool.
    Only its effective cost is the benefit's.
#}
{% macro focus_charges() -%}
    {%- set covered_cost = 'cast(' ~ json_text('"x_Clues"', 'covered_cost') ~ ' as decimal(38, 12))' -%}
    {%- set of_use = {'EffectiveCost': 'coalesce(' ~ covered_cost ~ ', "EffectiveCost")'} -%}
    {%- set of_benefit = {} -%}
    {%- for measure, type in focus_measures().items() -%}
        {%- do of_benefit.update({measure: 'cast(0 * "' ~ measure ~ '" as ' ~ type ~ ')'}) -%}
    {%- endfor -%}
    {%- do of_benefit.update({'EffectiveCost': '"EffectiveCost" - ' ~ covered_cost}) -%}
    select
        {{ with_columns('bill', of_use) }},
        {{ focus_charge_group_id() }} as "x_ChargeGroupId",
        cast(null as varchar) as "x_BenefitPoolId"
    from {{ ref('cost_and_usage') }} as bill
    union all
    -- Where nothing is spread the bill is not read for it.
    select
        {{ with_columns('bill', of_benefit) }},
        {{ focus_charge_group_id() }} as "x_ChargeGroupId",
        {{ json_text('"x_Clues"', 'benefit_pool_id') }} as "x_BenefitPoolId"
    from {{ ref('cost_and_usage') }} as bill
    where {{ json_text('"x_Clues"', 'benefit_pool_id') }} is not null
        and "x_BillingPeriod" in (
            select benefits.billing_period
            from {{ ref('ledger') }} as benefits
            where benefits.posting_kind = 'direct' and benefits.policy_id is not null
        )
{%- endmacro %}
