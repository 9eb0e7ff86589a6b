{#
    The seats of Copilot in the register and in GitHub's report are two charges, for none of them says that it is of the
    other's seats: a contract is of a term and has its own price, a report of days. A warning: only who signed the contract
    knows whether it is the same money, and which bill is to stay.
#}
{{ config(severity='warn') }}

with

charges as (

    select
        billing_period,
        -- The register and GitHub's report are one feed.
        case when resource_id like 'github-copilot%' then 'contract' else 'usage report' end as bill,
        effective_cost

    from {{ ref('int_charges__daily') }}

    where
        {{ in_periods() }}
        and effective_cost <> 0
        and feed = 'licenses'
        and cost_component = 'licenses'
        and (resource_id like 'github-copilot%' or lower(service_name) = 'github copilot')

)

select
    billing_period,
    'seats of GitHub Copilot' as what,
    sum(case when bill = 'contract' then effective_cost end) as effective_cost_of_contract,
    sum(case when bill = 'usage report' then effective_cost end) as effective_cost_of_usage_report,
    'if these bill the same use, deliver it in one of them only: docs/feeds says which' as to_do

from charges

group by billing_period

having count(distinct bill) > 1
