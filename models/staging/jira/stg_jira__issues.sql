with

issues as (

    select * from {{ source('raw', 'jira_issues') }}

),

issues_renamed as (

    select
        "Issue id" as issue_id,
        "Issue key" as issue_key,
        "Parent" as parent_id,
        coalesce("Parent key", "Epic Link") as parent_key,
        "Project id" as project_id,
        "Project key" as project_key,
        "Project name" as project_name,
        case when lower("Parent type") = 'epic' then "Parent key" else "Epic Link" end as epic_key,
        "Issue Type" as issue_type,
        "Status" as status,
        {{ jira_status_category('"Status Category"', '"Resolution"') }} as status_category,
        "Labels" as labels,
        "Components" as components,
        -- A company's projects fill one field, a team's the other; never both for the same work.
        cast(coalesce("Story Points", "Story point estimate") as decimal(38, 12)) as story_points,
        custom_numbers,
        cast("Time Spent" / 3600 as decimal(38, 12)) as time_spent_hours,
        "Assignee Id" as assignee_hash,
        "Created" as created_at,
        "Updated" as updated_at,
        cast(null as timestamp) as started_at,
        "Resolved" as resolved_at,
        coalesce(lower(_fivetran_deleted) = 'true', false) as is_deleted,
        delivery_id

    from issues

)

select * from issues_renamed
