{{ config(materialized='view') }}

with

issues as (

    select * from {{ ref('stg_jira__issues') }}

),

projects as (

    select * from {{ ref('stg_jira__projects') }}

),

epics as (

    select * from {{ ref('int_charges__jira_epics') }}

),

-- An export writes minutes and an answer seconds of the same creation. A second one is another site's issue.
issues_numbered as (

    select
        issues.*,
        row_number() over (
            partition by issues.issue_id
            order by coalesce(issues.updated_at, issues.created_at) desc, issues.issue_key desc
        ) as version_number,
        min(issues.created_at) over (partition by issues.issue_id)
        > max(issues.created_at) over (partition by issues.issue_id) - interval 1 minute as is_one_issue

    from issues

),

-- An issue that moved keeps its id, and its newest version says the project that it is in.
issues_current as (

    select * from issues_numbered where version_number = 1 and is_one_issue

),

issues_described as (

    select
        issues_current.issue_id,
        coalesce(issues_current.project_key, projects.project_key) as project_key,
        coalesce(
            issues_current.project_name,
            projects.project_name,
            issues_current.project_key,
            projects.project_key,
            issues_current.project_id
        ) as project_name,
        coalesce(epics.epic, issues_current.epic_key) as epic,
        {{ activity_of_words(
            "lower(concat_ws(' ', issues_current.issue_type, issues_current.labels, issues_current.components))"
        ) }} as activity_name

    from issues_current

    left join projects
        on issues_current.project_id = projects.project_id

    left join epics
        on coalesce(issues_current.epic_key, issues_current.parent_id) = epics.epic_reference

)

select * from issues_described
