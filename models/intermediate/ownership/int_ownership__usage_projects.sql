{{ config(materialized='view') }}

{% set namers = ['stated', 'linked', 'account'] %}
{% set asked = [
    ('stated', 'team', 'team_id'), ('stated', 'stage', 'lifecycle_stage'),
    ('linked', 'team', 'team_id'), ('linked', 'stage', 'lifecycle_stage'),
    ('account', 'team', 'team_id'),
] %}
{% set teams_named = {'stated': 'answers.team_evidence = answers.project_evidence', 'linked': 'true'} %}

with

answers as (

    select * from {{ ref('int_ownership__usage_answers') }}

),

projects as (

    select * from {{ ref('projects') }}

),

project_terms as (

    select * from {{ ref('int_ownership__project_terms') }}

),

project_teams as (

    select * from {{ ref('int_ownership__project_teams') }}

),

-- Right behind what names a project comes what its register says of it on the day. A team that has ended, beside a
-- project that was its, is whoever answers for that. Both as for charges.
answers_with_projects as (

    select
        {{ with_columns('answers', {
            'stated_team_id': 'coalesce(stated_terms.acting_team_id, answers.stated_team_id)',
            'linked_team_id': 'coalesce(linked_terms.acting_team_id, answers.linked_team_id)',
        }) }},
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
    {% for namer, are_beside in teams_named.items() -%}
    left join project_terms as {{ namer }}_terms
        on answers.{{ namer }}_team_id = {{ namer }}_terms.team_id
            and answers.{{ namer }}_project_id = {{ namer }}_terms.project_id
            and answers.usage_date >= {{ namer }}_terms.valid_from
            and answers.usage_date < {{ namer }}_terms.valid_to
            and {{ are_beside }}

    {% endfor -%}
    left join project_teams
        on answers.billing_period = project_teams.billing_period
            and coalesce(answers.stated_project_id, answers.linked_project_id, answers.account_project_id)
            = project_teams.project_id

)

select * from answers_with_projects
