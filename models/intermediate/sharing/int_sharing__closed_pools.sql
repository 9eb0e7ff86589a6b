{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{# Ways over up to 2^8 pools; and of money as many hops as int_sharing__passages follows. #}
{% set way_doublings = 8 %}
{% set hop_doublings = 24 %}
{% set day = 'billing_period, charge_date' %}

with

hops as (

    select * from {{ ref('int_sharing__hops') }}
    where {{ in_periods() }}

),

ways_0 {{ computed_once() }} (

    select
        {{ day }},
        node,
        target_node,
        1 as part

    from hops

),

{% for n in range(way_doublings) -%}
ways_{{ n + 1 }} {{ computed_once() }} (

    select {{ day }}, node, target_node, 1 as part from ways_{{ n }}
    union distinct
    select {{ day }}, node, target_node, 1 as part from ({{ multiplied('ways_' ~ n, 'ways_' ~ n) }}) as ways

),

{% endfor -%}
ways_back as (

    select
        {{ day }},
        target_node as node,
        node as target_node

    from ways_{{ way_doublings }}

),

-- Pools that each reach each other.
circles {{ computed_once() }} (

    select
        {{ day }},
        node,
        min(target_node) as circle_node

    from ways_{{ way_doublings }}

    inner join ways_back using ({{ day }}, node, target_node)

    group by {{ day }}, node

),

-- What stays in the circle with each hop.
power_0 {{ computed_once() }} (

    select
        hops.billing_period,
        hops.charge_date,
        hops.node,
        hops.target_node,
        cast(cast(hops.weight as double) / cast(hops.total_weight as double) as decimal(38, 18)) as part

    from hops

    inner join circles as givers
        on hops.billing_period = givers.billing_period
            and hops.charge_date = givers.charge_date
            and hops.node = givers.node

    inner join circles as takers
        on hops.billing_period = takers.billing_period
            and hops.charge_date = takers.charge_date
            and hops.target_node = takers.node
            and givers.circle_node = takers.circle_node

),

{% for n in range(hop_doublings) -%}
power_{{ n + 1 }} {{ computed_once() }} (

    select
        {{ day }},
        node,
        target_node,
        sum(part) as part

    from ({{ multiplied('power_' ~ n, 'power_' ~ n) }}) as terms

    where part > 0

    group by {{ day }}, node, target_node

),

{% endfor -%}
circles_closed as (

    select distinct
        {{ day }},
        circles.circle_node

    from power_{{ hop_doublings }} as powers

    inner join circles using ({{ day }}, node)

    where powers.part > 0.000000000001

),

closed_pools as (

    select
        {{ day }},
        circles.node

    from circles

    inner join circles_closed using ({{ day }}, circle_node)

)

select * from closed_pools
