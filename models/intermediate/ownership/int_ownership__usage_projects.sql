{{ config(materialized='view') }}

{% set namers = ['stated', 'linked', 'account'] %}
{% set asked = [
    ('stated', 'team', 'team_id'), ('stated', 'stage', 'lifecycle_stage'),
    ('linked', 'team', 'team_id'), ('linked', 'stage', 'lifecycle_stage'),
    ('account', 'team', 'team_id'),
] %}

with

answers as (

    select * from {{ ref('int_ownership__usage_answers') }}

),

projects as (

    select * from {{ ref('projects') }}

),

project_teams as (

    select * from {{ ref('int_ownership__project_teams') }}

),

-- Right behind what names a project comes what its register says of it on the day, as for charges.
answers_with_projects as (

    select
        answers.*,
        {% for namer, dimension, column in asked -%}
        case when {{ is_said(namer ~ '.' ~ column) }} then {{ namer }}.{{ column }} end
            as {{ dimension }}_of_{{ namer }},
        {% endfor -%}
        project_teams.team_id as team_of_charges

    from answers

    {% for namer in namers -%}
    left join projects as {{ namer }}
        on answers.{{ namer }}_project_id = {{ namer }}.project_id
            and answers.usage_date >= coalesce({{ namer }}.valid_from, date '0001-01-01')
            and answers.usage_date < coalesce({{ namer }}.valid_to, date '9999-12-31')

    {% endfor -%}
    left join project_teams
        on answers.billing_period = project_teams.billing_period
            and coalesce(answers.stated_project_id, answers.linked_project_id, answers.account_project_id)
            = project_teams.project_id

)

select * from answers_with_projects
