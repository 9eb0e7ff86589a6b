{#
    The seats of Copilot in the register and on GitHub's bill (its own report, or what a cloud or a FOCUS export bills for it)
    are two charges, for neither says that it is of the other's seats: a contract is of a term and has its own price, a bill
    of days. Only who signed the contract knows whether it is the same money, so the run stops until he says so: to count both
    would charge a team twice.
#}
{{ config(meta={'dagster': {'ref': {'name': 'int_charges__daily'}}}) }}

with

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }} and effective_cost <> 0

),

-- The register is an account of its own.
seats_contracted as (

    select
        billing_period,
        min(resource_id) as license_id,
        sum(effective_cost) as effective_cost

    from charges

    where
        feed = 'licenses'
        and billing_account_id = 'licenses'
        and {{ is_copilot_contract('resource_id', 'provider_name', 'service_name') }}

    group by billing_period

),

-- Clouds and FOCUS exports bill all that is GitHub's under one name.
seats_billed as (

    select
        billing_period,
        feed,
        billing_account_id,
        sum(effective_cost) as effective_cost

    from charges

    where
        case
            when feed <> 'licenses' then lower(concat_ws(' ', provider_name, service_name)) like '%github%'
            else
                billing_account_id <> 'licenses'
                and cost_component = 'licenses'
                and lower(service_name) = 'github copilot'
        end

    group by billing_period, feed, billing_account_id

),

told as (

    select distinct
        billing_period,
        feed,
        billing_account_id

    from {{ ref('int_charges__resales') }}

    where {{ in_periods() }} and decided_by = 'policy'

)

select
    'seats of GitHub Copilot' as what,
    seats_billed.feed,
    seats_billed.billing_account_id as account,
    min(seats_billed.billing_period) as first_month,
    max(seats_billed.billing_period) as last_month,
    sum(seats_contracted.effective_cost) as effective_cost_of_contract,
    sum(seats_billed.effective_cost) as effective_cost_of_bill,
    concat(
        'if these are the same seats, ',
        case
            when seats_billed.feed = 'licenses'
                then concat('add licenses,', seats_billed.billing_account_id, ',contract,, to resales.csv, or ')
            else ''
        end,
        'leave contract ', min(seats_contracted.license_id), ' out of the register; if each is money of its own, add ',
        seats_billed.feed, ',', seats_billed.billing_account_id, ',both,, to resales.csv'
    ) as to_do

from seats_billed

inner join seats_contracted
    on seats_billed.billing_period = seats_contracted.billing_period

left join told
    on seats_billed.billing_period = told.billing_period
        and seats_billed.feed = told.feed
        and seats_billed.billing_account_id = told.billing_account_id

where told.billing_account_id is null

group by seats_billed.feed, seats_billed.billing_account_id
