{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{# After so many doublings a dollar has gone over 2^24 pools. #}
{% set doublings = 24 %}
{% set precise = 'decimal(38, 18)' %}

with

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where {{ in_periods() }}

),

hops as (

    select * from {{ ref('int_sharing__hops') }}

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
        cast(shares_of_pools.share as {{ precise }}) as part

    from shares_of_pools

    inner join hops using (billing_period, charge_date, node, target_node)

),

sum_0 as (

    select * from power_0

),

{% for n in range(doublings) -%}
{% for result, factor in {'sum': 'sum', 'power': 'power'}.items() -%}
{{ result }}_{{ n + 1 }} {{ computed_once() }} (

    select
        billing_period,
        charge_date,
        node,
        target_node,
        sum(part) as part

    from (
        {% if result == 'sum' -%}
        select * from sum_{{ n }}
        union all
        {% endif -%}
        select
            hither.billing_period,
            hither.charge_date,
            hither.node,
            thither.target_node,
            cast(cast(hither.part as double) * cast(thither.part as double) as {{ precise }}) as part
        from power_{{ n }} as hither
        inner join {{ factor }}_{{ n }} as thither
            on hither.billing_period = thither.billing_period
                and hither.charge_date = thither.charge_date
                and hither.target_node = thither.node
    ) as terms

    where part > 0

    group by billing_period, charge_date, node, target_node

),

{% endfor -%}
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
