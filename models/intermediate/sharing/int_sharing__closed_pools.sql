{{ config(materialized='view') }}

{# Ways over up to 2^8 pools. #}
{% set doublings = 8 %}
{# A pool that gives less than this part to owners would pass its money round and round. #}
{% set least_share = 0.0001 %}

with

hops as (

    select * from {{ ref('int_sharing__hops') }}

),

ways_0 {{ computed_once() }} (

    select billing_period, charge_date, node, target_node from hops

),

{% for n in range(doublings) -%}
ways_{{ n + 1 }} {{ computed_once() }} (

    select billing_period, charge_date, node, target_node from ways_{{ n }}
    union distinct
    select
        first_half.billing_period,
        first_half.charge_date,
        first_half.node,
        second_half.target_node
    from ways_{{ n }} as first_half
    inner join ways_{{ n }} as second_half
        on first_half.billing_period = second_half.billing_period
            and first_half.charge_date = second_half.charge_date
            and first_half.target_node = second_half.node

),

{% endfor -%}
givers as (

    select
        billing_period,
        charge_date,
        node,
        sum(weight) < (1 - {{ least_share }}) * min(total_weight) as gives_to_owners

    from hops

    group by billing_period, charge_date, node

),

-- A way that ends at a pool that gives to no pool ends at owners.
givers_open as (

    select distinct
        ways.billing_period,
        ways.charge_date,
        ways.node

    from ways_{{ doublings }} as ways

    left join givers
        on ways.billing_period = givers.billing_period
            and ways.charge_date = givers.charge_date
            and ways.target_node = givers.node

    where coalesce(givers.gives_to_owners, true)

),

closed_pools as (

    select
        givers.billing_period,
        givers.charge_date,
        givers.node

    from givers

    left join givers_open using (billing_period, charge_date, node)

    where not givers.gives_to_owners and givers_open.node is null

)

select * from closed_pools
