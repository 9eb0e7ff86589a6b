-- A mistyped driver, or one that its feed does not report, weighs nothing: each day the pool falls to the next rung, or
-- stays with its owner. A warning: that is what the policy says for a day without driver.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_ownership__usage_owners'}}}) }}

{% set of_bills = "('" ~ drivers_of_bills() | join("', '") ~ "')" %}

with

used as (

    select distinct
        feed,
        measure

    from {{ ref('int_ownership__usage_owners') }}

    where quantity > 0

)

select
    pool_drivers.policy_id,
    pool_drivers.driver,
    pool_drivers.feed,
    pool_drivers.model_name,
    'nothing that was delivered reports any of it, so the policy has nothing to weigh by it: correct the line in'
    || ' pool_drivers.csv, or deliver the feed; drivers.int_drivers__daily has what each feed reports' as to_do

from {{ ref('pool_drivers') }} as pool_drivers

left join used
    on {{ measure_asked('pool_drivers.driver', 'pool_drivers.model_name') }} = used.measure
        and coalesce(pool_drivers.feed = used.feed, true)

where used.measure is null and pool_drivers.driver not in {{ of_bills }}
