with

issues as (

    -- To the API a pull request is an issue.
    select * from {{ source('raw', 'github_issues') }}
    where pull_request is null

),

issues_renamed as (

    select
        concat({{ repository_of('repository_url') }}, '#', number) as issue_id,
        concat({{ repository_of('repository_url') }}, '#', number) as issue_key,
        cast(null as varchar) as parent_key,
        {{ repository_of('repository_url') }} as project_key,
        {{ dbt.split_part(repository_of('repository_url'), "'/'", 2) }} as project,
        cast(null as varchar) as team_name,
        milestone_title as epic,
        type_name as issue_type,
        lower(state) as status,
        case
            when lower(state_reason) in ('not_planned', 'duplicate') then 'canceled'
            when lower(state) = 'closed' then 'done'
            else 'todo'
        end as status_category,
        {{ list_of('labels') }} as labels,
        cast(null as varchar) as components,
        cast(null as decimal(38, 12)) as story_points,
        cast(null as decimal(38, 12)) as time_spent_hours,
        assignee as assignee_hash,
        created_at,
        updated_at,
        cast(null as timestamp) as started_at,
        -- Nothing but its state says that an issue was opened again.
        case when lower(state) = 'closed' then closed_at end as resolved_at,
        delivery_id

    from issues

)

select * from issues_renamed
