with

hours as (

    select * from {{ source('raw', 'timesheets') }}

),

hours_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        worked_on as charge_date,
        person as person_hash,
        role,
        project as project_name,
        activity as activity_name,
        hours as hours_worked

    from hours

)

select * from hours_renamed
