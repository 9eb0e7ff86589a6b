with

issues as (

    select * from {{ ref('stg_jira__issues') }}
    where lower(issue_type) = 'epic'

),

loaded_epics as (

    select * from {{ ref('stg_jira__epics') }}

),

-- A CSV export says what a parent is only on the parent's own row.
all_references as (

    select issue_id as epic_reference, issue_key as epic from issues
    union all
    select epic_id as epic_reference, epic_name as epic from loaded_epics
    union all
    select epic_key as epic_reference, epic_name as epic from loaded_epics

),

epics as (

    select
        epic_reference,
        max(epic) as epic

    from all_references

    group by epic_reference

)

select * from epics
