{{ config(materialized='view') }}

with

{% for name in driver_models() %}
{{ name }}_drivers as (

    select * from {{ ref('int_drivers__' ~ name) }}

),
{% endfor %}

drivers_united as (

    {% for name in driver_models() -%}
    select * from {{ name }}_drivers
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from drivers_united
