{{ config(materialized='view') }}

{# What a row may name, the most telling first: each of these is joined by equality. #}
{% set fields = ['project_id', 'team_id', 'lifecycle_stage'] %}
{% set named = [fields, fields[:2], [fields[0], fields[2]], fields[:1], fields[1:], fields[1:2], fields[2:], []] %}

with

targets as (

    select * from {{ ref('pool_targets') }}

),

policies_fixed as (

    select distinct policy_id from {{ ref('int_sharing__steps') }} where method = 'fixed'

),

use_windows as (

    select * from {{ ref('int_sharing__use_windows') }}
    where {{ in_periods() }}

),

users as (

    select distinct team_id, project_id, lifecycle_stage from use_windows

),

-- The weights of a policy that has a fixed rung are that rung's: elsewhere use counts in full.
targets_weighed as (

    select
        targets.policy_id,
        targets.team_id,
        targets.project_id,
        targets.lifecycle_stage,
        targets.target_pool_id,
        case
            when targets.weight > 0 and policies_fixed.policy_id is not null then 1
            else coalesce(targets.weight, 1)
        end as weight

    from targets

    left join policies_fixed
        on targets.policy_id = policies_fixed.policy_id

),

all_matches as (

    {% for named_fields in named -%}
    select
        targets_weighed.policy_id,
        users.team_id,
        users.project_id,
        users.lifecycle_stage,
        targets_weighed.target_pool_id,
        targets_weighed.weight,
        {{ loop.index }} as place
    from targets_weighed
    inner join users
        on true
            {% for field in named_fields -%}
            and targets_weighed.{{ field }} = users.{{ field }}
            {% endfor %}
    where true
        {% for field in fields if field not in named_fields -%}
        and targets_weighed.{{ field }} is null
        {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

matches_ranked as (

    select
        *,
        row_number() over (
            partition by policy_id, team_id, project_id, lifecycle_stage
            order by place asc, target_pool_id asc nulls first, weight desc
        ) as rank

    from all_matches

),

-- The most specific row decides, also when it keeps out.
matches as (

    select
        policy_id,
        team_id,
        project_id,
        lifecycle_stage,
        target_pool_id,
        weight

    from matches_ranked

    where rank = 1

)

select * from matches
