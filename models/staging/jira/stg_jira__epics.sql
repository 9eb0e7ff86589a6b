with

epics as (

    select * from {{ source('raw', 'jira_epics') }}

),

epics_renamed as (

    select
        id as epic_id,
        key as epic_key,
        name as epic_name

    from epics

)

select * from epics_renamed
