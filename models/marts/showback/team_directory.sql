-- Named apart from the policy seed of the same word, which dbt would confuse it with.
{{ config(alias='teams') }}

with

costs as (

    select * from {{ ref('monthly_costs') }}

),

teams_registered as (

    select * from {{ ref('teams') }}

),

pools as (

    select * from {{ ref('pools') }}

),

teams_seen as (

    select distinct team_id from costs
    union
    select team_id from teams_registered
    union
    select owner_team_id from pools where owner_team_id is not null

),

teams_described as (

    select
        teams_seen.team_id,
        coalesce(teams_registered.team_name, teams_seen.team_id) as team_name,
        teams_registered.team_id is not null as is_registered

    from teams_seen

    left join teams_registered
        on teams_seen.team_id = teams_registered.team_id

)

select * from teams_described
