{#
    Two bills of the same money are two charges, for none of them says so: the seats of Copilot in the register and in
    GitHub's report, an account in FOCUS and in the vendor's own form. A warning: only who signed the contracts knows
    whether it is the same money, and which bill is to stay. What a cloud resells: assert_no_vendor_bills_twice.
#}
{{ config(severity='warn') }}

with

charges as (

    select
        billing_period,
        feed,
        case
            when
                feed = 'licenses'
                and cost_component = 'licenses'
                and (resource_id like 'github-copilot%' or lower(service_name) = 'github copilot')
                then 'seats of GitHub Copilot'
            else concat(provider_name, ' account ', billing_account_id)
        end as what,
        -- The register and GitHub's report are one feed.
        case when resource_id like 'github-copilot%' then 'license_contracts' else feed end as bill,
        effective_cost

    from {{ ref('int_charges__daily') }}

    where {{ in_periods() }} and effective_cost <> 0

)

select
    billing_period,
    what,
    min(bill) as one_bill,
    max(bill) as other_bill,
    sum(effective_cost) as effective_cost_of_both,
    'if these bill the same use, deliver it in one of them only: docs/feeds says which' as to_do

from charges

group by billing_period, what

having min(bill) <> max(bill)
