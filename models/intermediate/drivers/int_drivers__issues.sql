{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

issues as (

    select * from {{ ref('int_drivers__tracker_issues') }}
    where resolved_at is not null and status_category is distinct from 'canceled'

),

parents as (

    select * from {{ ref('int_drivers__issue_parents') }}

),

issues_described as (

    select
        cast(issues.resolved_at as date) as usage_date,
        issues.feed,
        issues.project_key,
        issues.assignee_hash,
        issues.team_name,
        issues.project,
        -- Epics and stories are closed when what is below them is.
        case when parents.issue_id is null then 1 end as issues_resolved,
        case when not coalesce(parents.is_estimated_below, false) then issues.story_points end
            as story_points_resolved,
        -- What was logged on a parent is not in its sub-tasks.
        issues.time_spent_hours as hours_logged,
        {{ activity_of_words("lower(concat_ws(' ', issues.issue_type, issues.labels, issues.components))") }}
            as stated_activity,
        {{ json_tags({
            'project_key': 'issues.project_key', 'epic': 'issues.epic', 'issue_type': 'issues.issue_type',
            'labels': 'issues.labels', 'components': 'issues.components',
        }) }} as tags,
        issues.delivery_id

    from issues

    left join parents
        on issues.feed = parents.feed
            and issues.issue_id = parents.issue_id

),

{% set measures = {'issues_resolved': 'issue', 'story_points_resolved': 'story point', 'hours_logged': 'hour'} -%}
work_resolved as (

    {% for driver, unit in measures.items() -%}
    select
        {{ month_of('usage_date') }} as billing_period,
        usage_date,
        feed,
        '{{ driver }}' as driver,
        '{{ unit }}' as unit,
        cast(sum({{ driver }}) as decimal(38, 12)) as quantity,
        project_key as account_id,
        feed as provider_name,
        cast(null as varchar) as resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        assignee_hash as user_hash,
        team_name as stated_team,
        project as stated_project,
        cast(null as varchar) as stated_stage,
        stated_activity,
        tags,
        delivery_id

    from issues_described

    where {{ driver }} is not null

    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from work_resolved where {{ in_periods() }}
