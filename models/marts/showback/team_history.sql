with

teams_listed as (

    select * from {{ ref('teams') }}

),

team_history as (

    select
        team_id,
        coalesce(team_name, team_id) as team_name,
        parent_team_id,
        successor_team_id,
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to

    from teams_listed

)

select * from team_history
