{{ config(materialized='view') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage, policy_id, rung, method' %}
{% set target = 'team_id, project_id, lifecycle_stage, target_pool_id' %}
with

use_weighed as (

    select * from {{ ref('int_sharing__use_weighed') }}
    where method = 'utilization'

),

policies as (

    select * from {{ ref('pool_policies') }}

),

pool_steps as (

    select * from {{ ref('pool_steps') }}

),

pool_owners as (

    select * from {{ ref('int_sharing__pool_owners') }}

),

hours as (

    select
        use_weighed.*,
        coalesce(pool_steps.step, 'useful') as step,
        coalesce(pool_steps.payer, 'reserver') as payer
    from use_weighed
    left join pool_steps
        on use_weighed.policy_id = pool_steps.policy_id
            and use_weighed.driver = {{ utilization_measure('pool_steps.step', 'pool_steps.policy_id') }}

),

held as (

    select {{ node }}, {{ target }}, sum(quantity) as gpu_hours
    from hours where step <> 'not_allocated'
    group by {{ node }}, {{ target }}

),

totals as (

    select
        {{ node }},
        sum(case when step <> 'not_allocated' then quantity else 0 end) as held_hours,
        sum(case when payer = 'shared' then quantity else 0 end) as shared_hours
    from hours
    group by {{ node }}

),

-- For an hour that somebody held he is shown so many shared ones at most: the pool's owner keeps the rest.
others as (

    select
        {{ node }}, hours.step, totals.held_hours,
        case
            when hours.payer = 'owner' or totals.held_hours = 0 then 0
            else least(coalesce(policies.cap * cast(totals.held_hours as double) / totals.shared_hours, 1), 1)
        end as shared_part,
        sum(hours.quantity) as gpu_hours
    from hours
    inner join totals using ({{ node }})
    inner join policies using (policy_id)
    where hours.payer <> 'reserver'
    group by all

),

hours_paid as (

    select {{ node }}, {{ target }}, step, quantity as gpu_hours from hours where payer = 'reserver'
    union all
    select
        {{ node }}, {{ target }}, others.step,
        {{ part_of('others.gpu_hours', 'others.shared_part * held.gpu_hours / others.held_hours') }}
    from others
    inner join held using ({{ node }})
    union all
    select
        {{ node }}, pool_owners.owner_team_id, 'unallocated',
        coalesce(nullif(others.split_stage, ''), 'unknown'), null, others.step,
        {{ part_of('others.gpu_hours', '(1 - others.shared_part)') }}
    from others
    inner join pool_owners using (pool_id)
    where others.charge_date >= pool_owners.valid_from and others.charge_date < pool_owners.valid_to
)

select * from hours_paid where gpu_hours > 0
