with

entries as (

    select * from {{ source('raw', 'timesheets_clockify') }}

),

entries_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        billing_period,
        "Start Date" as charge_date,
        "Email" as person_hash,
        -- A break or a holiday is no work of the person's role: the rate card says what it costs.
        case when lower("Type") <> 'regular' then "Type" else "Group" end as role,
        "Project" as project_name,
        coalesce("Task", "Tags") as activity_name,
        {{ hours_of('"Duration (h)"') }} as hours_worked

    from entries

)

select * from entries_renamed
