{{ config(materialized='view') }}

with

{% for feed in bill_feeds() %}
{{ feed }}_charges as (

    select * from {{ ref('stg_' ~ feed ~ '__charges') }}

),
{% endfor %}

bills_united as (

    {% for feed in bill_feeds() -%}
    select *, '{{ feed }}' as feed from {{ feed }}_charges
    {{ 'union all by name' if not loop.last }}
    {% endfor %}

)

select * from bills_united
