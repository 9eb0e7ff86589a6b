{{ config(materialized='view') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage, policy_id, rung, method' %}
{% set target = 'team_id, project_id, lifecycle_stage, target_pool_id' %}
{# Weights of a mix are parts of this whole, so that they can be read. #}
{% set whole = 1000000 %}

with

use_weighed as (

    select * from {{ ref('int_sharing__use_weighed') }}
    where method in ('weighted', 'tiered')

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

-- What nobody used leaves its weight to the others.
mixes as (

    select
        {{ node }},
        sum(mix_weight) as mix_weight

    from drivers_used

    group by {{ node }}

),

parts_of_drivers as (

    select
        use_weighed.*,
        cast(
            {{ whole }} * cast(use_weighed.mix_weight as double) / cast(mixes.mix_weight as double)
            * (cast(use_weighed.quantity as double) / cast(drivers_used.quantity as double))
            as decimal(38, 12)
        ) as part

    from use_weighed

    inner join drivers_used using ({{ node }}, driver)
    inner join mixes using ({{ node }})

    where coalesce(use_weighed.feed, '') = coalesce(drivers_used.feed, '')

),

parts_of_targets as (

    select
        {{ node }},
        {{ target }},
        max(minimum_share) as minimum_share,
        sum(part) as part

    from parts_of_drivers

    group by {{ node }}, {{ target }}

),

-- The least that everyone pays who used anything is the same for all of them.
weights as (

    select
        {{ node }},
        {{ target }},
        cast(
            {{ whole }} * minimum_share / count(*) over (partition by {{ node }}) + (1 - minimum_share) * part
            as decimal(38, 12)
        ) as weight

    from parts_of_targets

)

select * from weights
