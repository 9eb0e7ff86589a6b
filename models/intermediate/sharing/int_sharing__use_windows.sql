{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

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

windows_asked as (

    select distinct
        pools_split.billing_period,
        pools_split.charge_date,
        steps.driver,
        steps.feed,
        steps.window_days

    from pools_split

    inner join steps
        on pools_split.policy_id = steps.policy_id

),

-- What a build reads of earlier months must not depend on which months it builds.
days_asked as (

    select
        windows_asked.*,
        days.charge_date as usage_date,
        {{ days_before(
            "cast(concat(windows_asked.billing_period, '-01') as date)", 'greatest(windows_asked.window_days, 31)'
        ) }} as read_from

    from windows_asked

    cross join lateral {{ days_between(
        days_before('windows_asked.charge_date', 'windows_asked.window_days - 1'), 'windows_asked.charge_date'
    ) }} as days

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

    where case
        when days_asked.driver = 'direct_cost' then use.billing_period = days_asked.billing_period
        else use.usage_date >= days_asked.read_from
    end

    group by all

)

select * from use_windows where quantity > 0
