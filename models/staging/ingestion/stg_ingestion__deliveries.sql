with

deliveries as (

    select * from {{ source('ingestion', 'deliveries') }}

),

deliveries_renamed as (

    select
        delivery_id,
        feed,
        billing_period,
        currency,
        received_at,
        status

    from deliveries

)

select * from deliveries_renamed
