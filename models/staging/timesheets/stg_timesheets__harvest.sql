with

entries as (

    select * from {{ source('raw', 'timesheets_harvest') }}

),

entries_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        "Date" as charge_date,
        md5(concat_ws('-', "Employee Id", "First Name", "Last Name")) as person_hash,
        "Roles" as role,
        "Project" as project_name,
        "Task" as activity_name,
        "Hours" as hours_worked

    from entries

)

select * from entries_renamed
