{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set overridden = ['team', 'project', 'lifecycle_stage', 'ai_activity'] %}
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

tag_overrides as (

    select * from {{ ref('tag_overrides') }}

),

rule_matches as (

    select * from {{ ref('int_ownership__rule_matches') }}

),

rules as (

    select * from {{ ref('int_ownership__rules') }}

),

evidence as (

    select * from {{ ref('int_ownership__evidence') }}

),

projects as (

    select * from {{ ref('projects') }}

),

pools as (

    select * from {{ ref('pools') }}

),

team_terms as (

    select * from {{ ref('int_ownership__team_terms') }}

),

overrides as (

    {% for dimension in overridden -%}
    {% set column = dimension ~ '_id' if dimension in ('team', 'project') else dimension -%}
    select
        groups.billing_period,
        groups.charge_group_id,
        '{{ dimension }}' as dimension,
        tag_overrides.{{ column }} as answer,
        false as is_pool,
        'override' as evidence,
        'tag_overrides' as cause,
        cast(null as integer) as priority,
        'strong' as confidence,
        coalesce(tag_overrides.valid_from, date '0001-01-01') as valid_from,
        coalesce(tag_overrides.valid_to, date '9999-12-31') as valid_to
    from groups
    inner join tag_overrides on groups.resource_id = tag_overrides.resource_id
    where tag_overrides.{{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

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

    where names.id <> 'unknown'

),

pools_stated as (

    select
        billing_period,
        charge_group_id,
        'team' as dimension,
        pool_id as answer,
        true as is_pool,
        'register' as evidence,
        feed as cause,
        cast(null as integer) as priority,
        'strong' as confidence,
        {{ always }}

    from groups

    where pool_id is not null

),

ruled as (

    select
        rule_matches.billing_period,
        rule_matches.charge_group_id,
        rules.dimension,
        rules.answer,
        rules.is_pool,
        rules.evidence,
        rules.rule_id as cause,
        rules.priority,
        rules.confidence,
        rules.valid_from,
        rules.valid_to

    from rule_matches

    inner join rules
        on rule_matches.rule_id = rules.rule_id

),

hinted as (

    select
        billing_period,
        charge_group_id,
        'ai_activity' as dimension,
        activity_hint as answer,
        false as is_pool,
        'hint' as evidence,
        feed as cause,
        cast(null as integer) as priority,
        'medium' as confidence,
        {{ always }}

    from groups

    where activity_hint is not null

),

found as (

    select * from overrides
    union all
    select * from stated
    union all
    select * from pools_stated
    union all
    select * from ruled
    union all
    select * from hinted

),

found_placed as (

    select
        found.*,
        false as is_of_project,
        evidence.place,
        evidence.kind_place

    from found

    inner join evidence
        on found.evidence = evidence.evidence

),

-- Whoever names a project names the team that answers for it, and the stage it is in, by its register.
of_projects as (

    {% for dimension, column in {'team': 'team_id', 'lifecycle_stage': 'lifecycle_stage'}.items() -%}
    select
        found_placed.billing_period,
        found_placed.charge_group_id,
        '{{ dimension }}' as dimension,
        projects.{{ column }} as answer,
        false as is_pool,
        found_placed.evidence,
        found_placed.cause,
        found_placed.priority,
        found_placed.confidence,
        greatest(found_placed.valid_from, coalesce(projects.valid_from, date '0001-01-01')) as valid_from,
        least(found_placed.valid_to, coalesce(projects.valid_to, date '9999-12-31')) as valid_to,
        true as is_of_project,
        found_placed.place,
        found_placed.kind_place
    from found_placed
    inner join projects on found_placed.answer = projects.project_id
    where found_placed.dimension = 'project' and projects.{{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

told as (

    select * from found_placed
    union all
    select * from of_projects

),

-- A team that has ended is who carries on; for a pool, its owner is.
told_by_term as (

    select
        told.billing_period,
        told.charge_group_id,
        told.dimension,
        case when told.is_pool then told.answer else coalesce(team_terms.acting_team_id, told.answer) end as answer,
        told.is_pool,
        coalesce(team_terms.acting_team_id, pools.owner_team_id) as pool_owner_team_id,
        told.evidence,
        told.is_of_project,
        told.cause,
        told.confidence,
        told.place,
        told.priority,
        told.kind_place,
        greatest(told.valid_from, coalesce(team_terms.valid_from, told.valid_from)) as valid_from,
        least(told.valid_to, coalesce(team_terms.valid_to, told.valid_to)) as valid_to

    from told

    left join pools
        on told.is_pool and told.answer = pools.pool_id

    left join team_terms
        on told.dimension = 'team'
            and case when told.is_pool then pools.owner_team_id else told.answer end = team_terms.team_id

),

candidates as (

    select
        billing_period,
        charge_group_id,
        dimension,
        answer,
        is_pool,
        case when is_pool then coalesce(pool_owner_team_id, 'unallocated') end as pool_owner_team_id,
        evidence,
        is_of_project,
        cause,
        confidence,
        place,
        priority,
        kind_place,
        valid_from,
        valid_to

    from told_by_term

    where valid_from < valid_to

)

select * from candidates
