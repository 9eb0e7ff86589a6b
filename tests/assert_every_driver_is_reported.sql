-- A driver that its tool reports on no day of any month is mostly a typing error, or another tool's: each day of the
-- policy falls to its fallbacks, or stays with the pool's owner. A warning: the feed may be still to come.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_ownership__usage_owners'}}}) }}

with

reported as (

    select distinct feed, measure from {{ ref('int_ownership__usage_owners') }}

)

select
    drivers.policy_id,
    drivers.driver,
    drivers.feed,
    drivers.model_name,
    'no delivery has it, so the policy finds nothing to weigh: correct pool_drivers.csv, or deliver it' as to_do

from {{ ref('pool_drivers') }} as drivers

left join reported
    on {{ measure_asked('drivers.driver', 'drivers.model_name') }} = reported.measure
        and drivers.feed = reported.feed

where drivers.feed is not null and reported.measure is null
