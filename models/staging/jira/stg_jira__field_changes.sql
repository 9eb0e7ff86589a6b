with

field_changes as (

    select * from {{ source('raw', 'jira_field_history') }}

),

field_changes_renamed as (

    select
        issue_id,
        field_id,
        time as changed_at,
        value as field_value

    from field_changes

)

select * from field_changes_renamed
