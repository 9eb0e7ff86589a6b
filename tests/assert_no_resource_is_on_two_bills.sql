{#
    An account that comes in two forms under names that nothing connects (a subscription in the old form and its billing
    account in the new one, a FOCUS export with an id of its own) is charged twice, and only its resources tell. A warning: a
    resource may really move from one account to another, and two vendors may have resources of one name.
#}
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_charges__daily'}}}) }}

with

charges as (

    select * from {{ ref('int_charges__daily') }}
    where {{ in_periods() }} and resource_id is not null and (billed_cost <> 0 or effective_cost <> 0)

),

judged as (

    select * from {{ ref('int_charges__resales') }}
    where {{ in_periods() }}

),

bills as (

    select distinct
        totals.billing_period,
        totals.feed,
        totals.billing_account_id

    from {{ ref('int_charges__raw_totals') }} as totals

    left join judged
        on totals.billing_period = judged.billing_period
            and totals.feed = judged.feed
            and totals.billing_account_id = judged.billing_account_id

    where {{ in_periods('totals.billing_period') }} and judged.feed is null

),

-- Of two FOCUS exports each may be of a vendor of its own, and of two clouds too.
pairs as (

    select
        one.billing_period,
        one.feed,
        one.billing_account_id as account,
        other.feed as other_feed,
        other.billing_account_id as other_account

    from bills as one

    inner join bills as other
        on one.billing_period = other.billing_period

    where (one.feed = 'focus' and other.feed <> 'focus')
        or (one.feed = other.feed and one.feed <> 'focus' and one.billing_account_id < other.billing_account_id)

),

-- Bills without a pair are not read any further: there are millions of resources and days.
bills_asked as (

    select billing_period, feed, account as billing_account_id from pairs
    union
    select billing_period, other_feed, other_account from pairs

),

resources_billed as (

    select
        charges.billing_period,
        charges.charge_date,
        lower(charges.resource_id) as resource_id,
        charges.feed,
        charges.billing_account_id,
        sum(charges.effective_cost) as effective_cost

    from charges

    inner join bills_asked
        on charges.billing_period = bills_asked.billing_period
            and charges.feed = bills_asked.feed
            and charges.billing_account_id = bills_asked.billing_account_id

    group by
        charges.billing_period, charges.charge_date, lower(charges.resource_id), charges.feed,
        charges.billing_account_id

)

select
    pairs.feed,
    pairs.account,
    pairs.other_feed,
    pairs.other_account,
    count(distinct one.resource_id) as resources,
    min(one.resource_id) as first_resource,
    min(one.charge_date) as first_day,
    sum(one.effective_cost) as effective_cost,
    concat(
        'if both are the same money, deliver one of them only',
        case
            when pairs.feed = 'focus' then concat(', or add focus,', pairs.account, ',bill,, to resales.csv') else ''
        end,
        '; if each is money of its own, add ', pairs.feed, ',', pairs.account, ',both,, to resales.csv'
    ) as to_do

from pairs

inner join resources_billed as one
    on pairs.billing_period = one.billing_period
        and pairs.feed = one.feed
        and pairs.account = one.billing_account_id

inner join resources_billed as other
    on pairs.billing_period = other.billing_period
        and pairs.other_feed = other.feed
        and pairs.other_account = other.billing_account_id
        and one.charge_date = other.charge_date
        and one.resource_id = other.resource_id

group by pairs.feed, pairs.account, pairs.other_feed, pairs.other_account
