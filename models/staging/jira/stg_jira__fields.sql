with

fields as (

    select * from {{ source('raw', 'jira_fields') }}

),

fields_renamed as (

    select
        id as field_id,
        lower(name) as field_name

    from fields

)

select * from fields_renamed
