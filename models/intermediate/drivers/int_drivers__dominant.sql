{{ config(materialized='view') }}

{# What tells one pod, job or other row of use from the next, besides its tags. #}
{% set use = [
    'billing_period', 'usage_date', 'feed', 'account_id', 'provider_name', 'resource_id', 'model_name', 'key_id',
    'user_hash', 'stated_team', 'stated_project', 'stated_stage', 'stated_activity',
] -%}
with

daily as (

    select * from {{ ref('int_drivers__daily') }}
    where {{ in_periods() }}

),

policies as (

    select * from {{ ref('pool_policies') }}
    where method = 'dominant'

),

pool_drivers as (

    select * from {{ ref('pool_drivers') }}

),

drivers_weighed as (

    select
        policy_id,
        driver,
        feed,
        coalesce(weight, 1) as weight

    from pool_drivers

    where policy_id in (select policies.policy_id from policies)

),

-- A pod's GPUs are told apart by their model: they are one pod's all the same.
uses_weighed as (

    select
        drivers_weighed.policy_id,
        {% for column in use -%}
        daily.{{ column }},
        {% endfor -%}
        {{ json_without('daily.tags', 'gpu_model') }} as tags,
        daily.driver,
        sum({{ part_of('daily.quantity', 'drivers_weighed.weight') }}) as quantity

    from daily

    inner join drivers_weighed
        on daily.driver = drivers_weighed.driver
            and daily.feed = drivers_weighed.feed

    group by all

),

-- Who holds the GPUs of a node and few of its cores leaves nothing to others: the scarcest counts, and no sum.
dominant as (

    select
        concat('dominant:', policy_id) as measure,
        {{ use | join(',\n        ') }},
        tags,
        max(quantity) as quantity

    from uses_weighed

    group by all

)

select * from dominant
