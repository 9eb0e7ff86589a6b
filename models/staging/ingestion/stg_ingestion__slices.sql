with

slices as (

    select * from {{ source('ingestion', 'current_slices') }}

),

slices_renamed as (

    select
        delivery_id,
        feed,
        raw_table,
        account_id as billing_account_id,
        billing_period,
        currency as billing_currency,
        row_count as charge_count,
        billed_cost,
        effective_cost

    from slices

)

select * from slices_renamed
