{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set node = 'billing_period, charge_date, pool_id, split_stage' %}
{% set columns = node ~ ', policy_id, rung, method, team_id, project_id, lifecycle_stage, target_pool_id, ' %}

with

use_weighed as (

    select * from {{ ref('int_sharing__use_weighed') }}
    where method not in ('weighted', 'tiered')

),

mixed_weights as (

    select * from {{ ref('int_sharing__mixed_weights') }}

),

listed_weights as (

    select * from {{ ref('int_sharing__listed_weights') }}

),

pools_split as (

    select * from {{ ref('int_sharing__pools_split') }}
    where {{ in_periods() }}

),

all_weights as (

    select {{ columns }} quantity as weight from use_weighed
    union all
    select {{ columns }} weight from mixed_weights
    union all
    select {{ columns }} weight from listed_weights

),

-- The first rung on which anything weighs.
rungs_fired as (

    select
        {{ node }},
        min(rung) as rung

    from all_weights

    where weight > 0

    group by {{ node }}

),

pools_split_by_stage as (

    select distinct billing_period, charge_date, pool_id from pools_split where split_stage <> ''

),

weights_fired as (

    select
        all_weights.*,
        pools_split_by_stage.pool_id is not null as is_target_split

    from all_weights

    inner join rungs_fired using ({{ node }}, rung)

    left join pools_split_by_stage
        on all_weights.billing_period = pools_split_by_stage.billing_period
            and all_weights.charge_date = pools_split_by_stage.charge_date
            and all_weights.target_pool_id = pools_split_by_stage.pool_id

    where all_weights.weight > 0

),

-- A pool that is not split by stage holds its money in no stage.
weights as (

    select {{ columns }} '' as target_split_stage, weight from weights_fired where target_pool_id is null
    union all
    select
        {{ columns | replace('lifecycle_stage', "case when is_target_split then lifecycle_stage else 'unknown' end as lifecycle_stage") }}
        case when is_target_split then lifecycle_stage else '' end as target_split_stage,
        sum(weight) as weight
    from weights_fired
    where target_pool_id is not null
    group by all

)

select * from weights
