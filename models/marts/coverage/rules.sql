{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

answers as (

    select * from {{ ref('ownership') }}
    where {{ in_periods('month') }}

),

rule_uses as (

    select * from {{ ref('int_ownership__rule_uses') }}

),

rules as (

    select distinct
        rule_id,
        priority,
        evidence,
        valid_from,
        valid_to

    from {{ ref('int_ownership__rules') }}

),

months as (

    select distinct month, currency from answers

),

uses_valued as (

    select
        answers.month,
        rule_uses.rule_id,
        rule_uses.is_believed,
        answers.currency,
        answers.charge_group_id,
        answers.charge_count,
        answers.effective_cost,
        rule_uses.decided_by

    from rule_uses

    inner join answers
        on rule_uses.billing_period = answers.month
            and rule_uses.charge_group_id = answers.charge_group_id
            and rule_uses.valid_from = answers.valid_from

),

rules_used as (

    select distinct month, rule_id from uses_valued

),

-- A charge of an earlier day may come with a later invoice, when its rule has ended.
rules_in_force as (

    select
        months.month,
        months.currency,
        rules.rule_id,
        rules.priority,
        rules.evidence

    from months

    cross join rules

    left join rules_used
        on months.month = rules_used.month
            and rules.rule_id = rules_used.rule_id

    where rules_used.rule_id is not null
        or (
            rules.valid_from < cast(months.month || '-01' as date) + interval 1 month
            and rules.valid_to > cast(months.month || '-01' as date)
        )

),

rules_beaten as (

    select
        month,
        rule_id,
        currency,
        decided_by,
        row_number() over (
            partition by month, rule_id, currency order by sum(effective_cost) desc, decided_by asc
        ) as place

    from uses_valued

    where not is_believed

    group by month, rule_id, currency, decided_by

),

rules_counted as (

    select
        rules_in_force.month,
        rules_in_force.rule_id,
        rules_in_force.priority,
        rules_in_force.evidence,
        rules_in_force.currency,
        count(distinct uses_valued.charge_group_id) as charge_groups,
        coalesce(sum(uses_valued.charge_count), 0) as charge_count,
        coalesce(sum(uses_valued.effective_cost), 0) as matched_cost,
        coalesce(sum(case when uses_valued.is_believed then uses_valued.effective_cost end), 0) as decided_cost,
        bool_or(coalesce(uses_valued.is_believed, false)) as is_believed,
        rules_beaten.decided_by

    from rules_in_force

    left join uses_valued
        on rules_in_force.month = uses_valued.month
            and rules_in_force.rule_id = uses_valued.rule_id
            and rules_in_force.currency = uses_valued.currency

    left join rules_beaten
        on rules_in_force.month = rules_beaten.month
            and rules_in_force.rule_id = rules_beaten.rule_id
            and rules_in_force.currency = rules_beaten.currency
            and rules_beaten.place = 1

    group by all

),

rules_judged as (

    select
        month,
        rule_id,
        priority,
        evidence,
        case
            when charge_groups = 0 then 'matches nothing'
            when is_believed then 'decides'
            else 'shadowed'
        end as state,
        case when not is_believed then decided_by end as shadowed_by,
        currency,
        charge_groups,
        cast(charge_count as bigint) as charge_count,
        cast(matched_cost as decimal(38, 12)) as matched_cost,
        cast(decided_cost as decimal(38, 12)) as decided_cost

    from rules_counted

)

select * from rules_judged
