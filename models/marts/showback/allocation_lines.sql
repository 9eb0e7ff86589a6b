{{ config(materialized='view', meta={'on_demand': true}) }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}
{% set ratio = 'coalesce(parts.allocated_ratio, 1)' %}
{% set takes_remainder = 'coalesce(parts.takes_remainder, true)' %}

with

postings as (

    select * from {{ ref('ledger') }}
    where posting_kind = 'direct'

),

shares as (

    select * from {{ ref('shares') }}

),

passages as (

    select * from {{ ref('passages') }}

),

pools_split as (

    select distinct {{ node }} from shares

),

-- From the pool of a charge to each pool that gives parts of it to owners.
ways as (

    select {{ node }}, pool_id as via_pool_id, split_stage as via_split_stage, 1 as passed from pools_split
    union all
    select {{ node }}, via_pool_id, via_split_stage, part as passed from passages

),

shares_of_owners as (

    select shares.*

    from shares

    left join pools_split as takers
        on shares.billing_period = takers.billing_period
            and shares.charge_date = takers.charge_date
            and shares.target_pool_id = takers.pool_id
            and shares.target_split_stage = takers.split_stage

    where takers.pool_id is null

),

parts_of_pools as (

    select
        ways.billing_period,
        ways.charge_date,
        ways.pool_id,
        ways.split_stage,
        ways.via_pool_id,
        ways.via_split_stage,
        ways.passed,
        shares_of_owners.policy_id,
        shares_of_owners.rung,
        shares_of_owners.method,
        shares_of_owners.drivers,
        shares_of_owners.window_days,
        shares_of_owners.team_id,
        shares_of_owners.project_id,
        shares_of_owners.lifecycle_stage,
        shares_of_owners.weight,
        shares_of_owners.total_weight,
        shares_of_owners.share,
        cast(cast(ways.passed as double) * cast(shares_of_owners.share as double) as decimal(38, 18)) as allocated_ratio

    from ways

    inner join shares_of_owners
        on ways.billing_period = shares_of_owners.billing_period
            and ways.charge_date = shares_of_owners.charge_date
            and ways.via_pool_id = shares_of_owners.pool_id
            and ways.via_split_stage = shares_of_owners.split_stage

),

parts_ranked as (

    select
        *,
        row_number() over (
            partition by {{ node }}
            order by
                allocated_ratio desc, via_pool_id asc, via_split_stage asc, team_id asc, project_id asc,
                lifecycle_stage asc
        ) = 1 as takes_remainder

    from parts_of_pools

),

-- What nobody splits is one line at its owner.
allocation_lines as (

    select
        postings.posting_id,
        postings.billing_period,
        postings.charge_date,
        postings.posting_period,
        postings.charge_group_id,
        postings.pool_id,
        parts.via_pool_id,
        parts.policy_id,
        parts.rung,
        parts.method,
        parts.drivers,
        parts.window_days,
        parts.weight,
        parts.total_weight,
        parts.share,
        parts.passed,
        coalesce(parts.allocated_ratio, 1) as allocated_ratio,
        coalesce(parts.team_id, postings.team_id) as team_id,
        coalesce(parts.project_id, postings.project_id) as project_id,
        coalesce(parts.lifecycle_stage, postings.lifecycle_stage) as lifecycle_stage,
        postings.ai_activity,
        postings.cost_component,
        postings.provider_name,
        postings.currency,
        cast({{ split_exactly(
            'postings.billed_cost', ratio, takes_remainder, ['postings.posting_id']
        ) }} as decimal(38, 12)) as billed_cost,
        cast({{ split_exactly(
            'postings.effective_cost', ratio, takes_remainder, ['postings.posting_id']
        ) }} as decimal(38, 12)) as effective_cost

    from postings

    left join parts_ranked as parts
        on postings.billing_period = parts.billing_period
            and postings.charge_date = parts.charge_date
            and postings.pool_id = parts.pool_id
            and parts.split_stage in ('', postings.lifecycle_stage)

)

select * from allocation_lines
