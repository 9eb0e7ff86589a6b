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

believed as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        dimension,
        concat(case when is_of_project then 'project register, by ' end, evidence, ' ', cause) as reason

    from ranking

    where place = 1

),

-- A rule may speak of several dimensions of one charge: it was used once, and each may be another's.
rule_uses as (

    select
        ranking.billing_period,
        ranking.charge_group_id,
        ranking.valid_from,
        ranking.cause as rule_id,
        bool_or(ranking.place = 1) as is_believed,
        string_agg(distinct believed.reason, '; ' order by believed.reason) as decided_by

    from ranking

    inner join believed
        on ranking.billing_period = believed.billing_period
            and ranking.charge_group_id = believed.charge_group_id
            and ranking.valid_from = believed.valid_from
            and ranking.dimension = believed.dimension

    inner join rules
        on ranking.cause = rules.rule_id
            and ranking.evidence = rules.evidence

    group by ranking.billing_period, ranking.charge_group_id, ranking.valid_from, ranking.cause

)

select * from rule_uses
