with

contracts as (

    select * from {{ source('raw', 'license_contracts') }}

),

contracts_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row) as charge_id,
        license_id,
        vendor as provider_name,
        product as service_name,
        contract_id,
        currency as billing_currency,
        amount,
        term_start as term_start_date,
        term_end as term_end_date,
        billed_on as billed_date,
        seats

    from contracts

)

select * from contracts_renamed
