with

issues as (

    select * from {{ ref('stg_jira__issues') }}
    where not is_deleted

),

projects as (

    select * from {{ ref('stg_jira__projects') }}

),

epics as (

    select * from {{ ref('int_charges__jira_epics') }}

),

statuses as (

    select * from {{ ref('stg_jira__statuses') }}

),

points as (

    select * from {{ ref('int_drivers__jira_points') }}

),

-- A loader's issues name their project and state by id.
issues_named as (

    select
        issues.issue_id,
        issues.issue_key,
        coalesce(issues.parent_id, issues.parent_key) as parent_key,
        coalesce(issues.project_key, projects.project_key) as project_key,
        coalesce(
            issues.project_name, projects.project_name, issues.project_key, projects.project_key, issues.project_id
        ) as project,
        cast(null as varchar) as team_name,
        coalesce(epics.epic, issues.epic_key) as epic,
        issues.issue_type,
        coalesce(statuses.status_name, issues.status) as status,
        coalesce(
            issues.status_category,
            statuses.status_category,
            case when issues.resolved_at is not null then 'done' end
        ) as status_category,
        issues.labels,
        issues.components,
        coalesce(issues.story_points, points.story_points) as story_points,
        issues.time_spent_hours,
        issues.assignee_hash,
        issues.created_at,
        issues.updated_at,
        issues.started_at,
        issues.resolved_at,
        issues.delivery_id

    from issues

    left join projects
        on issues.project_id = projects.project_id

    left join epics
        on coalesce(issues.epic_key, issues.parent_id) = epics.epic_reference

    left join statuses
        on issues.status = statuses.status_id

    left join points
        on issues.issue_id = points.issue_id
            and issues.issue_key = points.issue_key

)

select * from issues_named
