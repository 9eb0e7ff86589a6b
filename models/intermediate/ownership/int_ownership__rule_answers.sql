{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

matches as (

    select * from {{ ref('int_ownership__rule_matches') }}

),

rules as (

    select * from {{ ref('ownership_rules') }}

),

epochs as (

    select * from {{ ref('int_ownership__epochs') }}

),

rules_in_force as (

    select
        matches.billing_period,
        matches.charge_group_id,
        epochs.valid_from,
        epochs.valid_to,
        rules.rule_id,
        rules.team_id,
        rules.project_id,
        rules.lifecycle_stage,
        rules.ai_activity,
        rules.pool_id,
        -- One order over all rules: the better priority first, then the rule's name.
        row_number() over (
            partition by matches.billing_period, matches.charge_group_id, epochs.valid_from
            order by rules.priority nulls last, rules.rule_id
        ) as place

    from matches

    inner join rules
        on matches.rule_id = rules.rule_id

    inner join epochs
        on coalesce(rules.valid_from, date '0001-01-01') <= epochs.valid_from
            and coalesce(rules.valid_to, date '9999-12-31') >= epochs.valid_to

),

-- The first rule that names a team or a pool decides whose it is; the rest is decided one by one.
rule_answers as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        valid_to,
        min_by(rule_id, place) filter (team_id is not null or pool_id is not null) as owner_rule_id,
        nullif(
            min_by(coalesce(team_id, ''), place) filter (team_id is not null or pool_id is not null), ''
        ) as team_id,
        nullif(
            min_by(coalesce(pool_id, ''), place) filter (team_id is not null or pool_id is not null), ''
        ) as pool_id,
        min_by(project_id, place) filter (project_id is not null) as project_id,
        min_by(rule_id, place) filter (project_id is not null) as project_rule_id,
        min_by(lifecycle_stage, place) filter (lifecycle_stage is not null) as lifecycle_stage,
        min_by(ai_activity, place) filter (ai_activity is not null) as ai_activity

    from rules_in_force

    group by billing_period, charge_group_id, valid_from, valid_to

)

select * from rule_answers
