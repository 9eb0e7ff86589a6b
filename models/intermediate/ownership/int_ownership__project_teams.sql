{{ config(materialized='view') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where {{ in_periods() }} and pool_id is null and team_id <> 'unallocated' and project_id <> 'unallocated'

),

projects as (

    select * from {{ ref('projects') }}

),

-- Whose a project is that several teams pay for, no bill says.
project_teams as (

    select
        owners.billing_period,
        owners.project_id,
        min(owners.team_id) as team_id

    from owners

    inner join groups
        on owners.billing_period = groups.billing_period
            and owners.charge_group_id = groups.charge_group_id
            and owners.valid_from <= groups.last_charge_date
            and owners.valid_to > groups.first_charge_date

    where not exists (select 1 from projects where projects.project_id = owners.project_id)

    group by owners.billing_period, owners.project_id

    having min(owners.team_id) = max(owners.team_id)

)

select * from project_teams
