{{ config(materialized='view') }}

{% set columns = {
    'account': 'billing_account_id', 'sub_account': 'sub_account_id', 'provider': 'provider_name',
    'service': 'service_name', 'service_category': 'service_category', 'sku': 'sku_id',
    'resource': 'resource_id', 'region': 'region_id', 'charge_category': 'charge_category',
    'unused_commitment': 'unused_commitment_id',
} %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}
    where place = 1
        and dimension not in ('team', 'project', 'lifecycle_stage', 'ai_activity')
        and {{ in_periods() }}

),

-- What a tag names (a namespace, a queue, a run) is a field as good as a column.
group_fields as (

    {% for field, column in columns.items() -%}
    select billing_period, charge_group_id, feed, '{{ field }}' as field, {{ column }} as field_value
    from groups
    where {{ column }} is not null
    union all
    {% endfor -%}
    select
        groups.billing_period,
        groups.charge_group_id,
        groups.feed,
        tag_statements.dimension as field,
        tag_statements.stated_value as field_value
    from groups
    inner join tag_statements
        on groups.billing_period = tag_statements.billing_period
            and groups.tags = tag_statements.tags

)

select * from group_fields
