with

assignments as (

    select * from {{ source('raw', 'license_assignments') }}

),

assignments_renamed as (

    select
        license_id,
        team_id,
        project_id,
        seats,
        assigned_from as assigned_from_date,
        assigned_to as assigned_to_date

    from assignments

)

select * from assignments_renamed
