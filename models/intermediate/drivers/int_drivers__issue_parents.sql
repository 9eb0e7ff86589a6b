with

issues as (

    select * from {{ ref('int_drivers__tracker_issues') }}

),

names as (

    select feed, issue_id, issue_id as issue_name from issues
    union distinct
    select feed, issue_id, issue_key as issue_name from issues

),

parents as (

    select
        issues.feed,
        names.issue_id,
        issues.issue_id as child_id,
        issues.story_points

    from issues

    inner join names
        on issues.feed = names.feed
            and issues.parent_key = names.issue_name

    -- Of work that was given up nothing is left that the parent's own estimate would say again.
    where issues.status_category is distinct from 'canceled'

),

-- Epics have stories, and stories have sub-tasks: whoever estimates below, the parents' estimates say the same again.
parents_judged as (

    select
        parents.feed,
        parents.issue_id,
        coalesce(max(parents.story_points), max(grandchildren.story_points)) is not null as is_estimated_below

    from parents

    left join parents as grandchildren
        on parents.feed = grandchildren.feed
            and parents.child_id = grandchildren.issue_id

    group by parents.feed, parents.issue_id

)

select * from parents_judged
