with

tie_out as (

    select * from {{ ref('int_sharing__tie_out') }}

),

differences as (

    select
        billing_period as month,
        feed,
        billing_account_id as account,
        billing_currency as currency,
        cast(raw_cost as decimal(38, 12)) as raw,
        cast(charges_cost as decimal(38, 12)) as charges,
        cast(ledger_cost as decimal(38, 12)) as ledger,
        cast(greatest(abs(raw_cost - charges_cost), abs(charges_cost - ledger_cost)) as decimal(38, 12))
            as difference

    from tie_out

)

select * from differences
