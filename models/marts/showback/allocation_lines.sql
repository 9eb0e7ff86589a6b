{{ config(materialized='view', meta={'on_demand': true}) }}

{% set ratio = 'coalesce(parts.allocated_ratio, 1)' %}
{% set takes_remainder = 'coalesce(parts.takes_remainder, true)' %}

with

postings as (

    select * from {{ ref('ledger') }}
    where posting_kind = 'direct'

),

parts_of_pools as (

    {{ pool_parts() }}

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
        postings.policy_id as benefit_policy_id,
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

    left join parts_of_pools as parts
        on postings.billing_period = parts.billing_period
            and postings.charge_date = parts.charge_date
            and postings.pool_id = parts.pool_id
            and parts.split_stage in ('', postings.lifecycle_stage)

)

select * from allocation_lines
