{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

-- After the first scan of the bills and not beside it, depends_on: {{ ref('int_charges__daily') }}
{% set component = cost_component('stated_component', 'service_category', 'consumed_unit', 'pricing_unit') %}
{# No bill has these: as in int_charges__daily they are null, and there is nothing unused of what is used. #}
{% set of_registers = ['stated_team', 'stated_project', 'stated_activity', 'unused_commitment_id', 'pool_id'] %}
{% set of_bills = charge_group_columns() | reject('in', of_registers + ['cost_component']) | list %}
{% set attributes = {} %}
{% for column in of_registers %}{% do attributes.update({column: 'cast(null as varchar)'}) %}{% endfor %}

with

bills as (

    select * from {{ ref('int_charges__bills_counted') }}
    where {{ in_periods() }}

),

charges_covered as (

    select
        billing_period,
        charge_date,
        {{ of_bills | join(',\n        ') }},
        {{ component }} as cost_component,
        {{ covering_commitment_id() }} as commitment_discount_id,
        count(*) as charge_count,
        count_if({{ covered_cost() }} is null) as charges_without_price,
        sum(effective_cost) as effective_cost,
        sum(coalesce({{ covered_cost() }}, effective_cost)) as covered_cost

    from bills

    where commitment_discount_status = 'Used' and {{ covered_use_is_asked(ref('pool_policies'), ref('pool_drivers')) }}

    group by all

),

covered_days as (

    select
        billing_period,
        charge_date,
        {{ charge_group_id(attributes) }} as charge_group_id,
        commitment_discount_id,
        feed,
        provider_name,
        cost_component,
        billing_currency,
        charge_count,
        charges_without_price,
        cast(effective_cost as decimal(38, 12)) as effective_cost,
        cast(covered_cost as decimal(38, 12)) as covered_cost

    from charges_covered

)

select * from covered_days
