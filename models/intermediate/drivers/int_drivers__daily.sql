{{ config(materialized='view') }}

with

{% for name, drivers in returned_by('driver__') %}
{{ name }}_drivers as (

    select * from {{ drivers }}

),
{% endfor %}

drivers_united as (

    {% for name, _ in returned_by('driver__') -%}
    select * from {{ name }}_drivers
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from drivers_united
