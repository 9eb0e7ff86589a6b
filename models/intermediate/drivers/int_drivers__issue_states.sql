with

issues as (

    select * from {{ ref('int_drivers__tracker_issues') }}

),

status_changes as (

    select * from {{ ref('stg_jira__status_changes') }}

),

field_changes as (

    select * from {{ ref('stg_jira__field_changes') }}
    where field_id = 'status' and field_value is not null

),

statuses as (

    select * from {{ ref('stg_jira__statuses') }}

),

changes_named as (

    select issue_id, changed_at, from_status, to_status from status_changes

    union distinct

    select
        field_changes.issue_id,
        field_changes.changed_at,
        cast(null as varchar) as from_status,
        coalesce(statuses.status_name, field_changes.field_value) as to_status

    from field_changes

    left join statuses
        on field_changes.field_value = statuses.status_id

),

changes_numbered as (

    select
        changes_named.*,
        row_number() over (partition by changes_named.issue_id order by changes_named.changed_at) as change_number

    from changes_named

),

-- Until its first change an issue is in the state that this change left; without changes in the one that it is in.
states as (

    select
        issues.feed,
        issues.issue_id,
        case when changes_numbered.issue_id is null then issues.status else changes_numbered.from_status end as status,
        issues.created_at as valid_from

    from issues

    left join changes_numbered
        on issues.feed = 'jira'
            and issues.issue_id = changes_numbered.issue_id
            and changes_numbered.change_number = 1

    union all

    select 'jira' as feed, issue_id, to_status as status, changed_at as valid_from from changes_numbered

),

states_dated as (

    select
        feed,
        issue_id,
        status,
        valid_from,
        lead(valid_from) over (partition by feed, issue_id order by valid_from) as valid_to

    from states

    -- What a loader's history does not tell: it begins with the first state, at the moment of creation.
    where status is not null

)

select * from states_dated where valid_to is null or valid_to > valid_from
