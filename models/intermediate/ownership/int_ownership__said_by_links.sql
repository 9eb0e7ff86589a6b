{{ config(materialized='view') }}

{% set first_day = "cast(concat(billing_period, '-01') as date)" %}
{% set first_day_after = 'cast(' ~ dbt.dateadd('month', 1, first_day) ~ ' as date)' %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

links as (

    select * from {{ ref('int_ownership__links') }}

),

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}
    where place = 1 and {{ in_periods() }}

),

-- What was used this month says nothing of a late charge of another. The days are cut only where there is such a
-- charge: each cut is one more validity of its group.
days_of_use as (

    select
        billing_period,
        charge_group_id,
        case when {{ month_of('first_charge_date') }} < billing_period then {{ first_day }} else date '0001-01-01' end
            as valid_from,
        case
            when {{ month_of('last_charge_date') }} > billing_period then {{ first_day_after }}
            else date '9999-12-31'
        end as valid_to

    from groups

),

-- A charge is of what its bill calls the resource, and of what its tags name: a namespace, a job, a run.
ids_of_charges as (

    select billing_period, charge_group_id, 'resource' as kind, {{ machine_id('resource_id') }} as id
    from groups
    where resource_id is not null
    union all
    select billing_period, charge_group_id, 'api_key', resource_id
    from groups
    where resource_id is not null
    union all
    select billing_period, charge_group_id, 'inference_profile', resource_id
    from groups
    where resource_id is not null
    union all
    select groups.billing_period, groups.charge_group_id, tag_statements.dimension, tag_statements.stated_value
    from groups
    inner join tag_statements
        on groups.billing_period = tag_statements.billing_period
            and groups.tags = tag_statements.tags

),

said_by_links as (

    select
        ids_of_charges.billing_period,
        ids_of_charges.charge_group_id,
        links.dimension,
        links.answer,
        false as is_pool,
        'link' as evidence,
        concat(links.kind, ' in ', links.feed) as cause,
        cast(null as integer) as priority,
        'strong' as confidence,
        case when links.kind = 'model_version' then date '0001-01-01' else days_of_use.valid_from end as valid_from,
        case when links.kind = 'model_version' then date '9999-12-31' else days_of_use.valid_to end as valid_to

    from ids_of_charges

    inner join links
        on ids_of_charges.billing_period = links.billing_period
            and ids_of_charges.kind = links.kind
            and ids_of_charges.id = links.id

    inner join days_of_use
        on ids_of_charges.billing_period = days_of_use.billing_period
            and ids_of_charges.charge_group_id = days_of_use.charge_group_id

)

select * from said_by_links
