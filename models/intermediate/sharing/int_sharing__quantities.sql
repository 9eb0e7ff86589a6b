{{ config(materialized='view') }}

{% set owner = 'project_id, lifecycle_stage, ai_activity' -%}
with

usage_owners as (

    select * from {{ ref('int_ownership__usage_owners') }}
    where measure in ('gpu_hours', 'tokens', 'runs') and {{ in_periods() }}

),

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }}

),

-- Hours, runs and tokens stand beside the money that they mostly cost; that of a model on one's own GPUs is compute.
usage_summed as (

    select
        billing_period,
        {{ owner }},
        case measure when 'tokens' then 'model_api' else 'compute' end as cost_component,
        sum(case when measure = 'gpu_hours' then quantity end) as gpu_hours,
        sum(case when measure = 'tokens' then quantity end) as tokens,
        sum(case when measure = 'runs' then quantity end) as runs

    from usage_owners

    group by all

),

-- Pools share money. What was stored stays with the owner of the charge.
volumes_summed as (

    select
        billing_period,
        {{ owner }},
        cost_component,
        sum(storage_gb_months) as storage_gb_months,
        sum(network_gb) as network_gb

    from direct_postings

    where storage_gb_months is not null or network_gb is not null

    group by all

),

quantities as (

    select * from usage_summed
    union all by name
    select * from volumes_summed

)

select * from quantities
