with

statuses as (

    select * from {{ source('raw', 'jira_statuses') }}

),

statuses_renamed as (

    select
        id as status_id,
        name as status_name,
        {{ jira_status_category('status_category_id') }} as status_category

    from statuses

)

select * from statuses_renamed
