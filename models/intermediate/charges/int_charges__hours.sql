{{ config(materialized='view') }}

{% set forms = [
    'int_charges__worklogs', 'stg_timesheets__clockify', 'stg_timesheets__harvest', 'stg_timesheets__hours',
    'stg_timesheets__toggl',
] %}

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
        {{ 'tags' if form == 'int_charges__worklogs' else 'cast(null as varchar)' }} as tags,
        hours_worked

    from {{ ref(form) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from hours_united
