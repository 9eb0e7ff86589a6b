{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

answers as (

    select * from {{ ref('ownership') }}
    where has_owner_conflict or has_project_conflict or has_stage_conflict or has_activity_conflict

),

ranking as (

    select * from {{ ref('int_ownership__ranking') }}
    where has_conflict and {{ in_periods() }}

),

believed as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        dimension,
        answer,
        is_pool,
        evidence,
        is_of_project,
        cause

    from ranking

    where place = 1

),

-- Of the strong ones that say otherwise the first. A policy may believe something weaker before all of them.
contradicting as (

    select
        ranking.billing_period,
        ranking.charge_group_id,
        ranking.valid_from,
        ranking.dimension,
        ranking.answer,
        ranking.is_pool,
        ranking.evidence,
        ranking.is_of_project,
        ranking.cause,
        row_number() over (
            partition by ranking.billing_period, ranking.charge_group_id, ranking.valid_from, ranking.dimension
            order by ranking.place
        ) as place

    from ranking

    inner join believed
        on ranking.billing_period = believed.billing_period
            and ranking.charge_group_id = believed.charge_group_id
            and ranking.valid_from = believed.valid_from
            and ranking.dimension = believed.dimension

    where ranking.confidence = 'strong'
        and (ranking.answer <> believed.answer or ranking.is_pool <> believed.is_pool)

),

conflicts as (

    select
        answers.month,
        believed.dimension,
        believed.answer,
        believed.is_pool,
        believed.evidence,
        believed.is_of_project,
        believed.cause,
        contradicting.answer as other_answer,
        contradicting.is_pool as other_is_pool,
        contradicting.evidence as other_evidence,
        contradicting.is_of_project as other_is_of_project,
        contradicting.cause as other_cause,
        answers.currency,
        count(distinct answers.charge_group_id) as charge_groups,
        min(answers.resource_id) as example_resource_id,
        cast(sum(answers.effective_cost) as decimal(38, 12)) as effective_cost

    from believed

    inner join contradicting
        on believed.billing_period = contradicting.billing_period
            and believed.charge_group_id = contradicting.charge_group_id
            and believed.valid_from = contradicting.valid_from
            and believed.dimension = contradicting.dimension
            and contradicting.place = 1

    inner join answers
        on believed.billing_period = answers.month
            and believed.charge_group_id = answers.charge_group_id
            and believed.valid_from = answers.valid_from

    group by all

)

select * from conflicts
