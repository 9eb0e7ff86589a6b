{{ config(materialized='view') }}

with

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }} and pool_id is null

),

-- What waits for its bill weighs nothing: its tokens do.
usage_owners as (

    select * from {{ ref('int_ownership__usage_owners') }}
    where measure not like 'estimate:%'

),

-- What nobody owns is use in sight; money that nobody owns is no team's spending.
charges_measured as (

    select
        billing_period,
        charge_date as usage_date,
        team_id,
        project_id,
        lifecycle_stage,
        case when team_id <> 'unallocated' then sum(effective_cost) end as direct_cost,
        -- A GB-month is a GB on each day of its month.
        cast(round(sum(storage_gb_months) * day(last_day(charge_date)), 10) as decimal(38, 12)) as storage_gb_days,
        sum(network_gb) as network_gb,
        sum(covered_cost) as covered_cost

    from direct_postings

    group by billing_period, charge_date, team_id, project_id, lifecycle_stage

),

use as (

    {% for driver in drivers_of_bills() -%}
    select
        billing_period,
        usage_date,
        '{{ driver }}' as driver,
        cast(null as varchar) as feed,
        team_id,
        project_id,
        lifecycle_stage,
        {{ driver }} as quantity
    from charges_measured
    where {{ driver }} is not null
    union all
    {% endfor -%}
    select
        billing_period,
        usage_date,
        measure as driver,
        feed,
        team_id,
        project_id,
        lifecycle_stage,
        quantity
    from usage_owners

)

select * from use
