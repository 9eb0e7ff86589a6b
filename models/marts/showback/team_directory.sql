-- Named apart from the policy seed of the same word, which dbt would confuse it with.
{{ config(alias='teams') }}

with

costs as (

    select * from {{ ref('monthly_costs') }}

),

estimates as (

    select * from {{ ref('estimates') }}

),

teams_listed as (

    select * from {{ ref('teams') }}

),

teams_dated as (

    select
        team_id,
        team_name,
        parent_team_id,
        row_number() over (partition by team_id order by coalesce(valid_from, date '0001-01-01') desc) as place

    from teams_listed

),

teams_registered as (

    select
        team_id,
        team_name,
        parent_team_id

    from teams_dated

    where place = 1

),

current_teams as (

    select * from {{ ref('int_ownership__current_teams') }}
    where project_id is null

),

pools as (

    select * from {{ ref('pools') }}

),

teams_seen as (

    select distinct team_id from costs
    union
    select distinct team_id from estimates
    union
    select team_id from teams_registered
    union
    select owner_team_id from pools where owner_team_id is not null

),

teams_described as (

    select
        teams_seen.team_id,
        coalesce(teams_registered.team_name, teams_seen.team_id) as team_name,
        teams_registered.parent_team_id,
        coalesce(current_teams.current_team_id, teams_seen.team_id) as current_team_id,
        teams_registered.team_id is not null as is_registered

    from teams_seen

    left join teams_registered
        on teams_seen.team_id = teams_registered.team_id

    left join current_teams
        on teams_seen.team_id = current_teams.team_id

)

select * from teams_described
