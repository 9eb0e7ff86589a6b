{{ config(materialized='view') }}

with

{% for feed, charges in returned_by('bill__') %}
{{ feed }}_charges as (

    select * from {{ charges }}

),
{% endfor %}

bills_united as (

    {% for feed, _ in returned_by('bill__') -%}
    select *, '{{ feed }}' as feed from {{ feed }}_charges
    {{ 'union all by name' if not loop.last }}
    {% endfor %}

)

select * from bills_united
