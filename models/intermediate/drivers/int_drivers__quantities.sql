{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

{% set measures = {'gpu_hours': 'int_drivers__gpu_hours_held', 'tokens': 'int_drivers__tokens_once'} -%}
{% for measure, model in measures.items() -%}
{{ measure }} as (

    select * from {{ ref(model) }}

),

{% endfor -%}
quantities as (

    {% for measure in measures -%}
    select
        billing_period,
        usage_date,
        feed,
        account_id,
        '{{ measure }}' as measure,
        stated_project,
        stated_stage,
        stated_activity,
        tags,
        cast(sum(quantity) as decimal(38, 12)) as quantity

    from {{ measure }}

    group by all
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from quantities
