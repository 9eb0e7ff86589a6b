-- As long as the bill times its targets: multiplied out when it is read, and published only with the bill.
{{ config(materialized='view', meta={'on_demand': true}) }}

{# What adds up is split; prices and whatever describes the charge are repeated. #}
{% set measures = focus_measures() %}
{% set columns = {
    'AllocatedMethodDetails': 'coalesce(parts.details, charges."AllocatedMethodDetails")',
    'AllocatedMethodId': 'coalesce(parts.method_id, charges."AllocatedMethodId")',
    'AllocatedResourceId': 'coalesce(parts.resource_id, charges."AllocatedResourceId")',
    'AllocatedResourceName': 'case when parts.method_id is null then charges."AllocatedResourceName"'
        ~ ' else projects.project_name end',
    'AllocatedTags': 'case when charges."AllocatedTags" is null or parts.tags is null'
        ~ ' then coalesce(parts.tags, charges."AllocatedTags")'
        ~ ' else ' ~ json_merged('charges."AllocatedTags"', 'parts.tags') ~ ' end',
} %}
{% for measure, type in measures.items() %}
{% set whole = 'charges."' ~ measure ~ '"' %}
{% set left_over = 'case when parts.takes_remainder then remainders."' ~ measure ~ '" else 0 end' %}
{% do columns.update({measure: 'cast(case when remainders.charge_id is null then ' ~ whole
    ~ ' else ' ~ part_of(whole, 'parts.ratio') ~ ' + ' ~ left_over ~ ' end as ' ~ type ~ ')'}) %}
{% endfor %}
{% set of_origin = '@."x_BillingPeriod" = origins.billing_period'
    ~ ' and cast(@."ChargePeriodStart" as date) = origins.charge_date'
    ~ ' and coalesce(@."x_ChargeGroupId", ' ~ license_key('@."ResourceId"') ~ ') = origins.origin_id'
    ~ ' and coalesce(@."x_BenefitPoolId", ' ~ "'') = origins.benefit_pool_id" %}

with

-- The key is made when it is asked for: on each row of the bill it would be a third of what publishing it takes.
charges as (

    {{ focus_charges() }}

),

-- By itself: a reader of one month or charge then has no more of the bill read, here either.
charges_weighed as (

    {{ focus_charges() }}

),

postings as (

    select * from {{ ref('ledger') }}
    where posting_kind = 'direct'

),

projects as (

    select * from {{ ref('project_directory') }}
    where is_registered

),

parts as (

    {{ focus_parts() }}

),

-- What tells whose a charge is and how it is split: its group, or the license that it is a day of.
origins as (

    select
        billing_period,
        charge_date,
        charge_group_id as origin_id,
        case when policy_id is null then '' else pool_id end as benefit_pool_id,
        pool_id as split_id,
        pool_id,
        team_id,
        project_id,
        lifecycle_stage,
        ai_activity
    from postings
    union all
    select distinct
        billing_period,
        charge_date,
        split_id as origin_id,
        '' as benefit_pool_id,
        split_id,
        null as pool_id,
        null as team_id,
        null as project_id,
        null as lifecycle_stage,
        null as ai_activity
    from parts
    where split_id like {{ license_key("'%'") }}

),

remainders as (

    select
        charges_weighed."x_BillingPeriod" as billing_period,
        charges_weighed."x_ChargeId" as charge_id,
        charges_weighed."x_BenefitPoolId" as benefit_pool_id,
        {% for measure in measures -%}
        max(charges_weighed."{{ measure }}")
        - sum({{ part_of('charges_weighed."' ~ measure ~ '"', 'parts.ratio') }}) as "{{ measure }}",
        {% endfor -%}
        count(*) as parts

    from charges_weighed

    inner join origins
        on {{ of_origin | replace('@', 'charges_weighed') }}

    inner join parts
        on origins.billing_period = parts.billing_period
            and origins.charge_date = parts.charge_date
            and origins.split_id = parts.split_id
            and parts.split_stage in ('', origins.lifecycle_stage)

    where parts.method_id is not null

    group by charges_weighed."x_BillingPeriod", charges_weighed."x_ChargeId", charges_weighed."x_BenefitPoolId"

),

charges_allocated as (

    select
        {{ with_columns('charges', columns) }},
        coalesce(parts.team_id, origins.team_id) as "x_TeamId",
        coalesce(parts.project_id, origins.project_id) as "x_ProjectId",
        coalesce(parts.lifecycle_stage, origins.lifecycle_stage) as "x_LifecycleStage",
        coalesce(origins.ai_activity, parts.ai_activity) as "x_AiActivity",
        origins.pool_id as "x_PoolId"

    from charges

    left join origins
        on {{ of_origin | replace('@', 'charges') }}

    left join parts
        on charges."x_BillingPeriod" = parts.billing_period
            and cast(charges."ChargePeriodStart" as date) = parts.charge_date
            and origins.split_id = parts.split_id
            and parts.split_stage in ('', origins.lifecycle_stage)

    left join remainders
        on charges."x_BillingPeriod" = remainders.billing_period
            and charges."x_ChargeId" = remainders.charge_id
            and coalesce(charges."x_BenefitPoolId", '') = coalesce(remainders.benefit_pool_id, '')

    left join projects
        on parts.project_id = projects.project_id

)

select * from charges_allocated
