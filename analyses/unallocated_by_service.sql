-- Which services does nobody own yet? The first lines are worth the next tags or rules.
-- dbt show -s unallocated_by_service --vars '{month: 2026-09}' ; without a month, the latest one that was billed.
{% set month = var('month', none) %}

with

postings as (

    select * from {{ ref('ledger') }}
    where posting_kind = 'direct' and pool_id is null

),

groups as (

    select * from {{ ref('int_charges__groups') }}

),

month_asked as (

    -- Prepaid licenses reach years ahead: the latest month is the latest that somebody was billed for.
    select {{ "max('" ~ month ~ "')" if month else 'max(posting_period) filter (billed_cost <> 0)' }} as month
    from postings

),

unallocated as (

    select
        month_asked.month,
        postings.provider_name,
        groups.service_name,
        groups.billing_account_id,
        groups.sub_account_id,
        postings.currency,
        count(distinct postings.charge_group_id) as charge_groups,
        sum(postings.effective_cost) as effective_cost,
        sum(postings.billed_cost) as billed_cost

    from postings

    inner join month_asked
        on postings.posting_period = month_asked.month

    inner join groups
        on postings.billing_period = groups.billing_period
            and postings.charge_group_id = groups.charge_group_id

    where postings.team_id = 'unallocated'

    group by all

)

select * from unallocated
order by effective_cost desc, provider_name asc, service_name asc
