{{ config(materialized='view') }}

with

worklogs as (

    select * from {{ ref('stg_timesheets__tempo') }}

),

issues as (

    select * from {{ ref('int_charges__jira_issues') }}

),

-- What the worklog says itself counts before what its issue says, except that the issue has moved since.
worklogs_described as (

    select
        worklogs.delivery_id,
        worklogs.charge_id,
        worklogs.billing_period,
        worklogs.charge_date,
        worklogs.person_hash,
        worklogs.role,
        case
            when worklogs.project_key <> issues.project_key then issues.project_name
            else coalesce(worklogs.project_key, worklogs.account_name, issues.project_name)
        end as project_name,
        coalesce(worklogs.activity_name, issues.activity_name) as activity_name,
        {{ json_tags({'epic': 'issues.epic', 'component': 'issues.component'}) }} as tags,
        worklogs.hours_worked

    from worklogs

    left join issues
        on worklogs.issue_id = issues.issue_id

)

select * from worklogs_described
