{{ config(materialized='view') }}

{% set of_groups = [
    ('team', 'pool_id', 'pool_id', 'register'),
    ('team', 'unused_commitment_id', unused_commitment_pool(), 'hint'),
    ('ai_activity', 'activity_hint', 'activity_hint', 'hint'),
] %}
{% set always = "date '0001-01-01' as valid_from, date '9999-12-31' as valid_to" %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

statements as (

    select * from {{ ref('int_ownership__statements') }}
    where {{ in_periods() }}

),

names as (

    select * from {{ ref('int_ownership__names') }}

),

-- A second tag key of the same dimension is there for where the first is not: what it says instead is no contradiction.
stated as (

    select
        statements.billing_period,
        statements.charge_group_id,
        statements.dimension,
        names.id as answer,
        false as is_pool,
        statements.evidence,
        statements.cause,
        statements.place as priority,
        case when statements.place = 1 then 'strong' else 'medium' end as confidence,
        {{ always }}

    from statements

    inner join names
        on statements.dimension = names.dimension
            and statements.stated_value = names.stated_value

    where {{ is_said('names.id') }}

),

-- The pool of a register's row (seats that nobody holds), and what the vendor's own terms tell: a part of a commitment
-- that nobody used has a pool unless somebody has it.
stated_of_groups as (

    {% for dimension, column, answer, evidence in of_groups -%}
    select
        billing_period,
        charge_group_id,
        '{{ dimension }}' as dimension,
        {{ answer }} as answer,
        {{ 'true' if dimension == 'team' else 'false' }} as is_pool,
        '{{ evidence }}' as evidence,
        feed as cause,
        cast(null as integer) as priority,
        '{{ 'strong' if evidence == 'register' else 'medium' }}' as confidence,
        {{ always }}
    from groups
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

said_by_charges as (

    select * from stated
    union all
    select * from stated_of_groups

)

select * from said_by_charges
