{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

{% set questions = ['owner', 'project', 'stage', 'activity'] %}

with

postings as (

    select * from {{ ref('int_sharing__direct_postings') }}
    where {{ in_periods() }}

),

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where {{ in_periods() }}

),

losers as (

    select * from {{ ref('int_ownership__losers') }}

),

costs as (

    select
        billing_period,
        charge_group_id,
        owned_from as valid_from,
        currency,
        sum(charge_count) as charge_count,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost

    from postings

    group by billing_period, charge_group_id, owned_from, currency

),

ownership as (

    select
        costs.billing_period as month,
        costs.charge_group_id,
        costs.valid_from,
        owners.valid_to,
        groups.feed,
        groups.provider_name,
        groups.billing_account_id,
        groups.sub_account_id,
        groups.service_name,
        groups.resource_id,
        groups.charge_category,
        owners.pool_id,
        owners.team_id,
        owners.project_id,
        owners.lifecycle_stage,
        owners.ai_activity,
        {% for question in questions -%}
        owners.{{ question }}_evidence,
        owners.is_{{ question }}_of_project,
        owners.{{ question }}_cause,
        owners.{{ question }}_confidence,
        owners.has_{{ question }}_conflict,
        {% endfor -%}
        losers.losing_candidates,
        cast(costs.charge_count as bigint) as charge_count,
        costs.currency,
        cast(costs.billed_cost as decimal(38, 12)) as billed_cost,
        cast(costs.effective_cost as decimal(38, 12)) as effective_cost

    from costs

    inner join owners
        on costs.billing_period = owners.billing_period
            and costs.charge_group_id = owners.charge_group_id
            and costs.valid_from = owners.valid_from

    inner join groups
        on costs.billing_period = groups.billing_period
            and costs.charge_group_id = groups.charge_group_id

    left join losers
        on costs.billing_period = losers.billing_period
            and costs.charge_group_id = losers.charge_group_id
            and costs.valid_from = losers.valid_from

)

select * from ownership
