{{ config(materialized='view') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

rules as (

    select * from {{ ref('ownership_rules') }}

),

{% set fields = {
    'account': 'billing_account_id', 'sub_account': 'sub_account_id', 'provider': 'provider_name',
    'service': 'service_name', 'service_category': 'service_category', 'sku': 'sku_id',
    'resource': 'resource_id', 'region': 'region_id', 'charge_category': 'charge_category',
} %}

-- A pattern is tried once per distinct value, not per charge group.
values_listed as (

    {% for field, column in fields.items() -%}
    select distinct '{{ field }}' as field, {{ column }} as field_value from groups where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

values_matched as (

    select
        rules.rule_id,
        rules.priority,
        rules.feed,
        values_listed.field,
        values_listed.field_value

    from rules

    inner join values_listed
        on rules.field = values_listed.field
            and {{ matches('values_listed.field_value', 'rules.operator', 'rules.pattern') }}

),

groups_matched as (

    {% for field, column in fields.items() -%}
    select groups.billing_period, groups.charge_group_id, values_matched.rule_id
    from groups
    inner join values_matched
        on groups.{{ column }} = values_matched.field_value
            and values_matched.field = '{{ field }}'
            and groups.feed = coalesce(values_matched.feed, groups.feed)
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from groups_matched
