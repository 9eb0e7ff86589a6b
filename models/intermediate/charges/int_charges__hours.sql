{{ config(materialized='view') }}

{% set forms = ['clockify', 'harvest', 'hours', 'tempo', 'toggl'] %}

with

hours_united as (

    {% for form in forms -%}
    select
        delivery_id,
        charge_id,
        billing_period,
        charge_date,
        person_hash,
        -- Most tools know no roles. No rate is assumed: the rate card prices this role, or the run stops.
        coalesce(role, 'unstated') as role,
        project_name,
        activity_name,
        hours_worked

    from {{ ref('stg_timesheets__' ~ form) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from hours_united
