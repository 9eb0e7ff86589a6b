{{ config(materialized='view') }}

{% set is_by_month = var('smallest_group_of_people') | int > 1 %}

with

hours as (

    select * from {{ ref('int_charges__hours_judged') }}

),

hours_seen as (

    select
        delivery_id,
        charge_id,
        billing_period,
        -- A day tells who was there.
        {% if is_by_month %}cast(billing_period || '-01' as date) as charge_date{% else %}charge_date{% endif %},
        case when is_detail_withheld then 'withheld' else role end as role,
        case when not is_project_withheld then project_name end as project_name,
        case when not is_detail_withheld then activity_name end as activity_name,
        case when not is_detail_withheld then tags end as tags,
        case when is_project_withheld then 'withheld_people' end as pool_id,
        billing_currency,
        hours_worked,
        effective_cost,
        -- An entry is one person's: where groups are what is shown, it is no charge of its own.
        {% if is_by_month %}cast(null as varchar){% else %}charge_id{% endif %} as entry_id

    from hours

),

hours_shown as (

    select
        delivery_id,
        min(charge_id) as charge_id,
        billing_period,
        charge_date,
        role,
        project_name,
        activity_name,
        tags,
        pool_id,
        billing_currency,
        count(*) as charge_count,
        sum(hours_worked) as hours_worked,
        sum(effective_cost) as effective_cost

    from hours_seen

    group by
        delivery_id, billing_period, charge_date, role, project_name, activity_name, tags, pool_id, billing_currency,
        entry_id

)

select * from hours_shown
