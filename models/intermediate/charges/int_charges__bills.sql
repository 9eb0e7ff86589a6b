{{ config(materialized='view') }}

with

{% for feed in bill_feeds() %}
{{ feed }}_charges as (

    select * from {{ ref('stg_' ~ feed ~ '__charges') }}

),
{% endfor %}

databricks_charges as (

    select * from {{ ref('int_charges__databricks_priced') }}

),

bills_united as (

    {% for feed in bill_feeds() -%}
    select *, '{{ feed }}' as feed from {{ feed }}_charges
    union all by name
    {% endfor -%}
    select *, 'databricks' as feed from databricks_charges

)

select * from bills_united
