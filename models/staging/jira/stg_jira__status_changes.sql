with

issues as (

    select * from {{ source('raw', 'jira_issues') }}

),

changes_listed as (

    select
        issues."Issue id" as issue_id,
        {{ utc_timestamp('changes.changed_at') }} as changed_at,
        changes.from_status,
        changes.to_status,
        issues.delivery_id

    from issues

    cross join lateral {{ json_rows('issues.status_changes', ['changed_at', 'from_status', 'to_status']) }} as changes

)

select * from changes_listed
