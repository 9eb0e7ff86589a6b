{# A table, since what is weighed is asked for twice: by owners and by pools that take. #}
{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage, policy_id, rung, method' %}
{% set target = 'team_id, project_id, lifecycle_stage, target_pool_id' %}
{# Weights of a mix are parts of this whole, so that they can be read. #}
{% set whole = 1000000 %}

with

use_weighed as (

    select * from {{ ref('int_sharing__use_weighed') }}
    where method in ('weighted', 'summed', 'tiered') and {{ in_periods() }}

),

drivers_used as (

    select
        {{ node }},
        driver,
        feed,
        mix_weight,
        sum(quantity) as quantity

    from use_weighed

    group by {{ node }}, driver, feed, mix_weight

),

-- What nobody used leaves its weight to the others. A sum weighs each unit, whatever the others used. Not by a join: of
-- its result DuckDB would expect more rows than there is use, and keep the use in memory to look the units up.
units as (

    select
        {{ node }},
        driver,
        coalesce(feed, '') as feed,
        case
            when method = 'summed' then cast(mix_weight as double)
            else
                {{ whole }} * cast(mix_weight as double)
                / cast(sum(mix_weight) over (partition by {{ node }}) as double)
                / cast(quantity as double)
        end as weight_per_unit

    from drivers_used

),

parts_of_targets as (

    select
        use_weighed.billing_period,
        use_weighed.charge_date,
        use_weighed.pool_id,
        use_weighed.split_stage,
        use_weighed.policy_id,
        use_weighed.rung,
        use_weighed.method,
        {{ target }},
        max(use_weighed.minimum_share) as minimum_share,
        sum(cast(units.weight_per_unit * cast(use_weighed.quantity as double) as decimal(38, 12))) as part

    from use_weighed

    inner join units
        on use_weighed.billing_period = units.billing_period
            and use_weighed.charge_date = units.charge_date
            and use_weighed.pool_id = units.pool_id
            and use_weighed.split_stage = units.split_stage
            and use_weighed.rung = units.rung
            and use_weighed.driver = units.driver
            and coalesce(use_weighed.feed, '') = units.feed

    group by all

),

-- The least that everyone pays who used anything is the same for all of them.
weights as (

    select {{ node }}, {{ target }}, part as weight
    from parts_of_targets
    where method in ('weighted', 'summed')
    union all
    select
        {{ node }}, {{ target }},
        cast(
            {{ whole }} * minimum_share / count(*) over (partition by {{ node }}) + (1 - minimum_share) * part
            as decimal(38, 12)
        ) as weight
    from parts_of_targets
    where method = 'tiered'

)

select * from weights
