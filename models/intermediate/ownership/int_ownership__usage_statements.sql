{{ config(materialized='view') }}

{% set stated = {
    'team': 'stated_team', 'project': 'stated_project', 'lifecycle_stage': 'stated_stage', 'ai_activity': 'stated_activity',
} %}

with

quantities as (

    select * from {{ ref('int_drivers__quantities') }}

),

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}
    where place = 1

),

tags_spoken as (

    select
        billing_period,
        {% for dimension in stated -%}
        max(case when dimension = '{{ dimension }}' then stated_value end) as {{ dimension }},
        {% endfor -%}
        tags

    from tag_statements

    group by billing_period, tags

),

-- What a tool states in a field of its own, it states before its tags.
usage_statements as (

    select
        quantities.billing_period,
        quantities.usage_date,
        quantities.feed,
        quantities.account_id,
        quantities.stated_project as sub_account_id,
        {% for dimension, column in stated.items() -%}
        coalesce(quantities.{{ column }}, tags_spoken.{{ dimension }}) as {{ dimension }},
        case
            when quantities.{{ column }} is not null then 'register'
            when tags_spoken.{{ dimension }} is not null then 'tag'
        end as {{ dimension }}_evidence,
        {% endfor -%}
        quantities.tags,
        quantities.measure,
        quantities.quantity

    from quantities

    left join tags_spoken
        on quantities.billing_period = tags_spoken.billing_period
            and quantities.tags = tags_spoken.tags

)

select * from usage_statements
