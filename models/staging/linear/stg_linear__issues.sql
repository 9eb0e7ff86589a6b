with

issues as (

    select * from {{ source('raw', 'linear_issues') }}

),

issues_renamed as (

    select
        "ID" as issue_id,
        "ID" as issue_key,
        "Parent issue" as parent_key,
        {{ dbt.split_part('"ID"', "'-'", 1) }} as project_key,
        {{ without_guard('"Project"') }} as project,
        {{ without_guard('"Team"') }} as team_name,
        {{ without_guard('"Project Milestone"') }} as epic,
        cast(null as varchar) as issue_type,
        {{ without_guard('"Status"') }} as status,
        case
            when "Canceled" is not null then 'canceled'
            when "Completed" is not null then 'done'
            when "Started" is not null then 'in_progress'
            else 'todo'
        end as status_category,
        {{ list_of(without_guard('"Labels"')) }} as labels,
        cast(null as varchar) as components,
        cast("Estimate" as decimal(38, 12)) as story_points,
        cast(null as decimal(38, 12)) as time_spent_hours,
        "Assignee" as assignee_hash,
        "Created" as created_at,
        "Updated" as updated_at,
        "Started" as started_at,
        coalesce("Completed", "Canceled") as resolved_at,
        delivery_id

    from issues

)

select * from issues_renamed
