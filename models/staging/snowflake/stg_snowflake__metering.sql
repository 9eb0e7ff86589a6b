with

metering as (

    select * from {{ source('raw', 'snowflake_metering') }}

),

metering_renamed as (

    select
        delivery_id,
        billing_period,
        cast(start_time as date) as usage_date,
        organization_name as account_id,
        account_name as sub_account_name,
        service_type as service_name,
        coalesce(name, entity_id) as resource_id,
        credits_used

    from metering

)

select * from metering_renamed
