with

seats as (

    select * from {{ source('raw', 'license_copilot_seats') }}

),

seats_renamed as (

    select
        concat('github-copilot-', plan_type) as license_id,
        assignee_id as holder_hash,
        assigning_team_slug as team_id,
        cast(created_at as date) as assigned_from_date,
        -- GitHub names the first day of the next cycle: it is the first without the seat.
        pending_cancellation_date as released_date

    from seats

)

select * from seats_renamed
