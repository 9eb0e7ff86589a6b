with

issues as (

    select * from {{ ref('stg_jira__issues') }}

),

field_changes as (

    select * from {{ ref('stg_jira__field_changes') }}
    where field_id like 'customfield%' and field_value is not null

),

fields as (

    select * from {{ ref('stg_jira__fields') }}

),

-- REST names a custom field by its id and has its number; a loader has the numbers that it had.
all_numbers as (

    select
        issues.issue_id,
        issues.issue_key,
        numbers.key as field_id,
        numbers.value as field_value

    from issues

    cross join lateral {{ json_pairs('issues.custom_numbers') }} as numbers

    union all

    select
        issues.issue_id,
        issues.issue_key,
        field_changes.field_id,
        max_by(field_changes.field_value, field_changes.changed_at) as field_value

    from field_changes

    inner join issues
        on field_changes.issue_id = issues.issue_id

    group by issues.issue_id, issues.issue_key, field_changes.field_id

),

numbers_named as (

    select
        all_numbers.issue_id,
        all_numbers.issue_key,
        cast(all_numbers.field_value as decimal(38, 12)) as field_value,
        coalesce(
            fields.field_name,
            -- What these are on a site that nobody has changed.
            case all_numbers.field_id
                when 'customfield_10016' then 'story point estimate'
                when 'customfield_10026' then 'story points'
            end
        ) as field_name

    from all_numbers

    left join fields
        on all_numbers.field_id = fields.field_id

),

points as (

    select
        issue_id,
        issue_key,
        coalesce(
            max(case when field_name = 'story points' then field_value end),
            max(case when field_name = 'story point estimate' then field_value end)
        ) as story_points

    from numbers_named

    where field_name in ('story points', 'story point estimate')

    group by issue_id, issue_key

)

select * from points
