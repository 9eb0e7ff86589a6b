{{ config(materialized='view') }}

{% set columns = {
    'account': 'billing_account_id', 'sub_account': 'sub_account_id', 'provider': 'provider_name',
    'service': 'service_name', 'service_category': 'service_category', 'sku': 'sku_id',
    'resource': 'resource_id', 'region': 'region_id', 'charge_category': 'charge_category',
} %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

-- What a tag names (a namespace, a queue, a run) is a field as good as a column.
named_by_tags as (

    select
        billing_period,
        tags,
        dimension as field,
        stated_value as field_value

    from {{ ref('int_ownership__tag_statements') }}

    where place = 1
        and dimension not in ('team', 'project', 'lifecycle_stage', 'ai_activity')
        and {{ in_periods() }}

),

rules as (

    select * from {{ ref('ownership_rules') }}

),

value_matches as (

    select * from {{ ref('int_ownership__value_matches') }}

),

values_matched as (

    select
        value_matches.rule_id,
        value_matches.field,
        value_matches.field_value,
        rules.feed

    from value_matches

    inner join rules
        on value_matches.rule_id = rules.rule_id

),

groups_matched as (

    {% for field, column in columns.items() -%}
    select groups.billing_period, groups.charge_group_id, values_matched.rule_id
    from groups
    inner join values_matched
        on groups.{{ column }} = values_matched.field_value
            and values_matched.field = '{{ field }}'
            and groups.feed = coalesce(values_matched.feed, groups.feed)
    union all
    {% endfor -%}
    select groups.billing_period, groups.charge_group_id, values_matched.rule_id
    from groups
    inner join named_by_tags
        on groups.billing_period = named_by_tags.billing_period and groups.tags = named_by_tags.tags
    inner join values_matched
        on named_by_tags.field = values_matched.field
            and named_by_tags.field_value = values_matched.field_value
            and groups.feed = coalesce(values_matched.feed, groups.feed)

)

select * from groups_matched
