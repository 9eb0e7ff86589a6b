{{ config(materialized='view') }}

{% set smallest = var('smallest_group_of_people') | int %}
{% if smallest < 1 %}
    {{ exceptions.raise_compiler_error(
        "the variable smallest_group_of_people is '" ~ var('smallest_group_of_people') ~ "'; write a whole number, 1 to show everybody's hours"
    ) }}
{% endif %}
{% set month = 'delivery_id, billing_period, billing_currency' %}
{% set project = month ~ ', project_name' %}
{% set detail = project ~ ', activity_name, tags, role' %}

with

hours as (

    select * from {{ ref('int_charges__hours_priced') }}

),

-- The same activity, epic, component and role on the same project in the month.
details_judged as (

    select
        *,
        {{ distinct_within('person_hash', detail) }} < {{ smallest }} as is_few_of_detail

    from hours

),

rests_counted as (

    select
        *,
        {{ distinct_within('person_hash', project) }} as people_of_project,
        {{ distinct_within('person_hash', project ~ ', is_few_of_detail') }} as people_of_rest

    from details_judged

),

-- Where those who are withheld are few together, all of the project is: they would be what its total leaves.
projects_judged as (

    select
        *,
        people_of_project < {{ smallest }} as is_few_of_project,
        min(case when is_few_of_detail then people_of_rest else {{ smallest }} end) over (partition by {{ project }})
        < {{ smallest }} as is_few_of_rest

    from rests_counted

),

pools_counted as (

    select
        *,
        {{ distinct_within('person_hash', month ~ ', is_few_of_project') }} as people_of_pool,
        dense_rank() over (
            partition by {{ month }}, is_few_of_project
            order by people_of_project asc, project_name asc
        ) as place_by_size

    from projects_judged

),

-- And where the withheld projects are few people together, the smallest of the others joins them.
pools_judged as (

    select
        *,
        is_few_of_project
        or place_by_size = 1
        and min(case when is_few_of_project then people_of_pool else {{ smallest }} end) over (partition by {{ month }})
        < {{ smallest }} as is_project_withheld

    from pools_counted

),

hours_judged as (

    select
        delivery_id,
        charge_id,
        billing_period,
        charge_date,
        role,
        project_name,
        activity_name,
        tags,
        billing_currency,
        hours_worked,
        effective_cost,
        is_few_of_detail or is_few_of_rest or is_project_withheld as is_detail_withheld,
        is_project_withheld

    from pools_judged

)

select * from hours_judged
