with

months_reached as (

    select * from {{ ref('int_sharing__months_reached') }}

),

months as (

    select
        month,
        first_date,
        last_date,
        until_date,
        is_delivered,
        is_open,
        is_ahead,
        is_compared

    from months_reached

)

select * from months
