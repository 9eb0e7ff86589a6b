{{ config(materialized='view') }}

{% set terms = 'pool_id, policy_id, rung, method' %}
{% set money = 'ai_activity, cost_component, provider_name, currency, billing_currency' %}

with

received as (

    select * from {{ ref('int_sharing__pools_received') }}
    where {{ in_periods() }}

),

pool_owners as (

    select * from {{ ref('int_sharing__pool_owners') }}

),

left_over as (

    select * from {{ ref('int_sharing__left_over') }}

),

nodes_open as (

    select * from {{ ref('int_sharing__nodes_open') }}
    where {{ in_periods() }}

),

owners_reached as (

    select received.*

    from received

    left join nodes_open
        on received.billing_period = nodes_open.billing_period
            and received.charge_date = nodes_open.charge_date
            and received.target_pool_id = nodes_open.pool_id
            and received.target_split_stage = nodes_open.split_stage

    where nodes_open.pool_id is null

),

-- An owner that the pool itself gives to, if there is one.
owners_ranked as (

    select
        left_over.*,
        owners_reached.team_id,
        owners_reached.project_id,
        owners_reached.lifecycle_stage,
        row_number() over (
            partition by
                left_over.billing_period, left_over.charge_date, left_over.pool_id, left_over.split_stage,
                {{ money }}
            order by
                owners_reached.pool_id = left_over.pool_id desc, abs(owners_reached.effective_cost) desc,
                owners_reached.pool_id asc, owners_reached.rung asc, owners_reached.team_id asc,
                owners_reached.project_id asc, owners_reached.lifecycle_stage asc
        ) as place

    from left_over

    inner join owners_reached using (billing_period, charge_date, {{ money }})

),

-- The pool is emptied, and the owner has what was left in it.
roundings as (

    select
        left_over.billing_period, left_over.charge_date, {{ terms }},
        pool_owners.owner_team_id as team_id,
        'unallocated' as project_id,
        coalesce(nullif(left_over.split_stage, ''), 'unknown') as lifecycle_stage,
        {{ money }},
        {{ each_amount('-@') }}
    from left_over
    inner join pool_owners using (pool_id)
    where left_over.charge_date >= pool_owners.valid_from and left_over.charge_date < pool_owners.valid_to
    union all
    select
        billing_period, charge_date, {{ terms }},
        team_id, project_id, lifecycle_stage,
        {{ money }},
        {{ each_amount('@') }}
    from owners_ranked
    where place = 1

)

select * from roundings
