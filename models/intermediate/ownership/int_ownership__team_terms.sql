with recursive

teams as (

    select * from {{ ref('teams') }}

),

-- A team with several rows (renamed, moved in the tree) lives until the last of them ends.
team_lives as (

    select
        team_id,
        max(coalesce(valid_to, date '9999-12-31')) as ends_on,
        max_by(coalesce(successor_team_id, ''), coalesce(valid_to, date '9999-12-31')) as successor_team_id

    from teams

    group by team_id

),

-- Who carries on when it has ended, and so on. The policy is refused when that comes back to where it began.
terms as (

    select
        team_id,
        team_id as acting_team_id,
        date '0001-01-01' as valid_from,
        case when successor_team_id = '' then date '9999-12-31' else ends_on end as valid_to,
        successor_team_id

    from team_lives

    union all

    select
        terms.team_id,
        team_lives.team_id as acting_team_id,
        terms.valid_to as valid_from,
        case
            when team_lives.successor_team_id = '' then date '9999-12-31'
            else greatest(team_lives.ends_on, terms.valid_to)
        end as valid_to,
        team_lives.successor_team_id

    from terms

    inner join team_lives
        on terms.successor_team_id = team_lives.team_id

    where terms.valid_to < date '9999-12-31'

),

team_terms as (

    select
        team_id,
        acting_team_id,
        valid_from,
        valid_to

    from terms

    where valid_from < valid_to

)

select * from team_terms
