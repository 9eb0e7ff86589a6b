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

resources_billed as (

    select
        billing_period,
        charge_date,
        lower(resource_id) as resource_id,
        feed,
        billing_account_id,
        sum(effective_cost) as effective_cost

    from charges

    group by billing_period, charge_date, lower(resource_id), feed, billing_account_id

),

judged as (

    select distinct
        billing_period,
        feed,
        billing_account_id

    from {{ ref('int_charges__resales') }}

    where {{ in_periods() }}

),

resources_asked as (

    select resources_billed.*

    from resources_billed

    left join judged
        on resources_billed.billing_period = judged.billing_period
            and resources_billed.feed = judged.feed
            and resources_billed.billing_account_id = judged.billing_account_id

    where judged.feed is null

)

select
    one.feed,
    one.billing_account_id as account,
    other.feed as other_feed,
    other.billing_account_id as other_account,
    count(distinct one.resource_id) as resources,
    min(one.resource_id) as first_resource,
    min(one.charge_date) as first_day,
    sum(one.effective_cost) as effective_cost,
    concat(
        'if both are the same money, deliver one of them only',
        case
            when one.feed = 'focus' then concat(', or add focus,', one.billing_account_id, ',bill,, to resales.csv')
            else ''
        end,
        '; if each is money of its own, add ', one.feed, ',', one.billing_account_id, ',both,,'
        ' to resales.csv'
    ) as to_do

from resources_asked as one

inner join resources_asked as other
    on one.billing_period = other.billing_period
        and one.charge_date = other.charge_date
        and one.resource_id = other.resource_id

-- Of two FOCUS exports each may be of a vendor of its own, and of two clouds too.
where (one.feed = 'focus' and other.feed <> 'focus')
    or (one.feed = other.feed and one.feed <> 'focus' and one.billing_account_id < other.billing_account_id)

group by one.feed, one.billing_account_id, other.feed, other.billing_account_id
