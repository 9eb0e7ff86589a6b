with

entries as (

    select * from {{ source('raw', 'timesheets_toggl') }}

),

entries_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        "Start date" as charge_date,
        "Email" as person_hash,
        cast(null as varchar) as role,
        "Project" as project_name,
        coalesce("Task", "Tags") as activity_name,
        {{ hours_of('"Duration"') }} as hours_worked

    from entries

)

select * from entries_renamed
