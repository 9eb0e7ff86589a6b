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
issues_described as (

    select
        issues_numbered.issue_id,
        coalesce(issues_numbered.project_key, projects.project_key) as project_key,
        coalesce(
            issues_numbered.project_name,
            projects.project_name,
            issues_numbered.project_key,
            projects.project_key,
            issues_numbered.project_id
        ) as project_name,
        coalesce(epics.epic, issues_numbered.epic_key) as epic,
        {{ items_of('issues_numbered.components') }} as component,
        {{ activity_of_words(
            "lower(concat_ws(' ', issues_numbered.issue_type, issues_numbered.labels, issues_numbered.components))"
        ) }} as activity_name

    from issues_numbered

    left join projects
        on issues_numbered.project_id = projects.project_id

    left join epics
        on coalesce(issues_numbered.epic_key, issues_numbered.parent_id) = epics.epic_reference

    where issues_numbered.version_number = 1 and issues_numbered.is_one_issue

)

select * from issues_described
