{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set first_day = "cast(concat(pools_split.billing_period, '-01') as date)" %}
{% set of_bills = "('" ~ drivers_of_bills() | join("', '") ~ "')" %}

with

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

steps as (

    select * from {{ ref('int_sharing__steps') }}
    where driver is not null

),

use as (

    select * from {{ ref('int_sharing__use') }}

),

-- What a build reads of earlier months must not depend on which months it builds.
windows_asked as (

    select distinct
        pools_split.billing_period,
        pools_split.charge_date,
        steps.driver,
        steps.feed,
        steps.window_days,
        {{ days_before('pools_split.charge_date', 'steps.window_days - 1') }} as used_from,
        {{ days_before(first_day, 'greatest(steps.window_days, 31)') }} as read_from

    from pools_split

    inner join steps
        on pools_split.policy_id = steps.policy_id

),

days_asked as (

    select
        windows_asked.*,
        days.charge_date as usage_date

    from windows_asked

    cross join lateral {{ days_between('windows_asked.used_from', 'windows_asked.charge_date') }} as days  -- noqa: ST05

),

use_windows as (

    select
        days_asked.billing_period,
        days_asked.charge_date,
        days_asked.driver,
        days_asked.feed,
        days_asked.window_days,
        use.team_id,
        use.project_id,
        use.lifecycle_stage,
        cast(sum(use.quantity) as decimal(38, 12)) as quantity

    from days_asked

    inner join use
        on days_asked.driver = use.driver
            and days_asked.usage_date = use.usage_date
            and coalesce(days_asked.feed = use.feed, days_asked.feed is null)

    where
        (days_asked.driver in {{ of_bills }} and use.billing_period = days_asked.billing_period)
        or (days_asked.driver not in {{ of_bills }} and use.usage_date >= days_asked.read_from)

    group by all

)

-- Where somebody used none it is known that he did.
select * from use_windows where quantity >= 0
