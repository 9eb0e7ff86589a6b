{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{# After so many doublings a dollar has gone over 2^24 pools. #}
{% set doublings = 24 %}

with

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where {{ in_periods() }}

),

hops as (

    select * from {{ ref('int_sharing__hops') }}
    where {{ in_periods() }}

),

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

shares_of_pools as (

    select
        billing_period,
        charge_date,
        {{ pool_node('pool_id', 'split_stage') }} as node,
        {{ pool_node('target_pool_id', 'target_split_stage') }} as target_node,
        sum(share) as share

    from shares

    where target_pool_id is not null

    group by all

),

{# Over one pool or several: A + A^2 + A^3 ..., twice as many of them with each step. #}
power_0 {{ computed_once() }} (

    select
        billing_period,
        charge_date,
        node,
        target_node,
        shares_of_pools.share as part

    from shares_of_pools

    inner join hops using (billing_period, charge_date, node, target_node)

),

{% for n in range(doublings) -%}
{% set sums = 'sum_' ~ n if n else 'power_0' -%}
sum_{{ n + 1 }} {{ computed_once() }} (

    select
        billing_period,
        charge_date,
        node,
        target_node,
        sum(part) as part

    from (
        select * from {{ sums }}
        union all
        {{ multiplied('power_' ~ n, sums) }}
    ) as terms

    where part > 0

    group by billing_period, charge_date, node, target_node

),

power_{{ n + 1 }} {{ computed_once() }} (

    select
        billing_period,
        charge_date,
        node,
        target_node,
        sum(part) as part

    from ({{ multiplied('power_' ~ n, 'power_' ~ n) }}) as terms

    where part > 0

    group by billing_period, charge_date, node, target_node

),

{% endfor -%}
passages as (

    select
        sums.billing_period,
        sums.charge_date,
        givers.pool_id,
        givers.split_stage,
        takers.pool_id as via_pool_id,
        takers.split_stage as via_split_stage,
        takers.policy_id as via_policy_id,
        sums.part

    from sum_{{ doublings }} as sums

    {% for side, column in {'givers': 'node', 'takers': 'target_node'}.items() -%}
    inner join pools_split as {{ side }}
        on sums.billing_period = {{ side }}.billing_period
            and sums.charge_date = {{ side }}.charge_date
            and sums.{{ column }} = {{ pool_node(side ~ '.pool_id', side ~ '.split_stage') }}

    {% endfor %}
)

select * from passages
