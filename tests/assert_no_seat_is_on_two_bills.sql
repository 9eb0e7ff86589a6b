{#
    The seats of Copilot in the register and in GitHub's report are two charges, for neither says that it is of the other's
    seats: a contract is of a term and has its own price, a report of days. Only who signed the contract knows whether it is
    the same money, so the run stops until he says so: to count both would charge a team twice.
#}
{{ config(meta={'dagster': {'ref': {'name': 'int_charges__daily'}}}) }}

with

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }} and feed = 'licenses' and cost_component = 'licenses' and effective_cost <> 0

),

-- The register is an account of its own.
seats_contracted as (

    select
        billing_period,
        min(resource_id) as license_id,
        sum(effective_cost) as effective_cost

    from charges

    where
        billing_account_id = 'licenses'
        and (
            resource_id like 'github-copilot%'
            or (lower(provider_name) like '%github%' and lower(service_name) like '%copilot%')
        )

    group by billing_period

),

seats_reported as (

    select
        billing_period,
        billing_account_id,
        sum(effective_cost) as effective_cost

    from charges

    where billing_account_id <> 'licenses' and lower(service_name) = 'github copilot'

    group by billing_period, billing_account_id

),

told as (

    select
        billing_period,
        billing_account_id

    from {{ ref('int_charges__resales') }}

    where {{ in_periods() }} and feed = 'licenses' and decided_by = 'policy'

)

select
    'seats of GitHub Copilot' as what,
    seats_reported.billing_account_id as account,
    min(seats_reported.billing_period) as first_month,
    max(seats_reported.billing_period) as last_month,
    sum(seats_contracted.effective_cost) as effective_cost_of_contract,
    sum(seats_reported.effective_cost) as effective_cost_of_usage_report,
    concat(
        'if these are the same seats, leave one out: contract ', min(seats_contracted.license_id),
        ' of the register, or the lines of Copilot''s seats in GitHub''s report;',
        ' if each is money of its own, add licenses,',
        seats_reported.billing_account_id, ',both,, to resales.csv'
    ) as to_do

from seats_reported

inner join seats_contracted
    on seats_reported.billing_period = seats_contracted.billing_period

left join told
    on seats_reported.billing_period = told.billing_period
        and seats_reported.billing_account_id = told.billing_account_id

where told.billing_account_id is null

group by seats_reported.billing_account_id
