{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set one_question = 'validities.billing_period, validities.charge_group_id, validities.valid_from, candidates.dimension' %}

with

candidates as (

    select * from {{ ref('int_ownership__candidates') }}
    where {{ in_periods() }}

),

validities as (

    select * from {{ ref('int_ownership__validities') }}

),

ranking as (

    select
        validities.billing_period,
        validities.charge_group_id,
        validities.valid_from,
        validities.valid_to,
        candidates.dimension,
        -- The order is total: what nothing else decides is decided by the names of rules and values.
        row_number() over (
            partition by {{ one_question }}
            order by
                candidates.place, candidates.is_of_project, candidates.priority nulls last, candidates.kind_place,
                candidates.cause, candidates.is_pool desc, candidates.value
        ) as place,
        candidates.value,
        candidates.is_pool,
        candidates.pool_owner_team_id,
        candidates.evidence,
        candidates.is_of_project,
        candidates.cause,
        candidates.confidence,
        coalesce(
            min(case when candidates.confidence = 'strong' then candidates.value end) over (partition by {{ one_question }})
            <> max(case when candidates.confidence = 'strong' then candidates.value end) over (partition by {{ one_question }}),
            false
        ) as has_conflict

    from validities

    inner join candidates
        on validities.billing_period = candidates.billing_period
            and validities.charge_group_id = candidates.charge_group_id
            and validities.valid_from >= candidates.valid_from
            and validities.valid_to <= candidates.valid_to

)

select * from ranking
