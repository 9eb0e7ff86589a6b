{% set columns = [
    'issue_id', 'issue_key', 'parent_key', 'project_key', 'project', 'team_name', 'epic', 'issue_type', 'status',
    'status_category', 'labels', 'components', 'story_points', 'time_spent_hours', 'assignee_hash', 'created_at',
    'updated_at', 'started_at', 'resolved_at', 'delivery_id',
] -%}

with

all_issues as (

    {% for feed, model in {
        'github_issues': 'stg_github_issues__issues', 'jira': 'int_drivers__jira_issues', 'linear': 'stg_linear__issues',
    }.items() -%}
    select
        '{{ feed }}' as feed,
        {{ columns | join(',\n        ') }}

    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

issues_numbered as (

    select
        all_issues.*,
        row_number() over (
            partition by all_issues.feed, all_issues.issue_id, all_issues.created_at
            order by coalesce(all_issues.updated_at, all_issues.created_at) desc, all_issues.issue_key desc
        ) as version_number

    from all_issues

),

-- An issue that moves to another project keeps its id and its creation, and gets a new key.
issues_current as (

    select
        feed,
        {{ columns | join(',\n        ') }}

    from issues_numbered

    where version_number = 1

)

select * from issues_current
