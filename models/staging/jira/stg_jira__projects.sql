with

projects as (

    select * from {{ source('raw', 'jira_projects') }}

),

projects_renamed as (

    select
        id as project_id,
        key as project_key,
        name as project_name

    from projects

)

select * from projects_renamed
