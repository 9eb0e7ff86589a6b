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
tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}
    where place = 1
        and dimension not in ('team', 'project', 'lifecycle_stage', 'ai_activity')
        and {{ in_periods() }}

),

values_listed as (

    {% for field, column in columns.items() -%}
    select distinct '{{ field }}' as field, {{ column }} as field_value from groups where {{ column }} is not null
    union all
    {% endfor -%}
    select distinct dimension as field, stated_value as field_value from tag_statements

),

field_values as (

    select
        field,
        field_value,
        lower(field_value) as folded_value

    from values_listed

)

select * from field_values
