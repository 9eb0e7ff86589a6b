{{ config(materialized='view') }}

{% set dimensions = {
    'team_id': 'team', 'project_id': 'project', 'stage': 'lifecycle_stage', 'activity': 'ai_activity',
} %}

with

statements as (

    select * from {{ ref('int_ownership__usage_statements') }}
    where {{ in_periods() }}

),

accounts as (

    select * from {{ ref('int_ownership__usage_accounts') }}

),

usage_links as (

    select * from {{ ref('int_ownership__usage_links') }}

),

names as (

    select * from {{ ref('int_ownership__names') }}

),

links_by_tags as (

    select
        billing_period,
        {% for column, dimension in dimensions.items() -%}
        max(case when dimension = '{{ dimension }}' then answer end) as linked_{{ column }},
        {% endfor -%}
        tags

    from usage_links

    group by billing_period, tags

),

-- The id of a vendor's account is no project's name, unless a register says so: its charges tell whose it is.
usage_answers as (

    select
        statements.billing_period,
        statements.usage_date,
        statements.feed,
        statements.measure,
        team_names.id as stated_team_id,
        statements.team_evidence,
        links_by_tags.linked_team_id,
        accounts.team_id as account_team_id,
        case when accounts.sub_account_id is null or project_names.is_registered then project_names.id end
            as stated_project_id,
        statements.project_evidence,
        links_by_tags.linked_project_id,
        accounts.project_id as account_project_id,
        lifecycle_stage_names.id as stated_stage,
        statements.lifecycle_stage_evidence as stage_evidence,
        links_by_tags.linked_stage,
        accounts.lifecycle_stage as account_stage,
        ai_activity_names.id as stated_activity,
        statements.ai_activity_evidence as activity_evidence,
        links_by_tags.linked_activity,
        accounts.ai_activity as account_activity,
        statements.quantity

    from statements

    left join accounts
        on statements.billing_period = accounts.billing_period
            and statements.usage_date = accounts.usage_date
            and statements.feed = accounts.feed
            and statements.account_id = accounts.account_id
            and statements.sub_account_id = accounts.sub_account_id

    left join links_by_tags
        on statements.billing_period = links_by_tags.billing_period
            and statements.tags = links_by_tags.tags

    {% for dimension in dimensions.values() -%}
    left join names as {{ dimension }}_names
        on statements.{{ dimension }} = {{ dimension }}_names.stated_value
            and {{ dimension }}_names.dimension = '{{ dimension }}'
            and {{ is_said(dimension ~ '_names.id') }}

    {% endfor %}
)

select * from usage_answers
