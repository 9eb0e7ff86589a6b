{{ config(materialized='view') }}

with

ranking as (

    select * from {{ ref('int_ownership__ranking') }}
    where {{ in_periods() }}

),

rules as (

    select distinct
        rule_id,
        evidence

    from {{ ref('int_ownership__rules') }}

),

-- A rule may speak of several dimensions of one charge: it was used once.
rule_uses as (

    select
        ranking.billing_period,
        ranking.charge_group_id,
        ranking.valid_from,
        ranking.cause as rule_id,
        bool_or(ranking.place = 1) as is_believed

    from ranking

    inner join rules
        on ranking.cause = rules.rule_id
            and ranking.evidence = rules.evidence

    group by ranking.billing_period, ranking.charge_group_id, ranking.valid_from, ranking.cause

)

select * from rule_uses
