{{ config(materialized='view') }}

with

tag_statements as (

    select * from {{ ref('int_ownership__tag_statements') }}
    where place = 1 and {{ in_periods() }}

),

links as (

    select * from {{ ref('int_ownership__links') }}

),

-- Where a pod and a run that one use names are two projects', nothing says whose it is.
usage_links as (

    select
        tag_statements.billing_period,
        tag_statements.tags,
        links.dimension,
        min(links.answer) as answer

    from tag_statements

    inner join links
        on tag_statements.billing_period = links.billing_period
            and tag_statements.dimension = links.kind
            and tag_statements.stated_value = links.id

    group by tag_statements.billing_period, tag_statements.tags, links.dimension

    having min(links.answer) = max(links.answer)

)

select * from usage_links
