{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set measures = node_hours_columns() -%}
with

drivers as (

    select * from {{ ref('int_drivers__kubernetes') }}
    where {{ in_periods() }} and resource_id is not null

),

-- What two tools measured of a cluster's day is counted once already; here their spellings of a machine meet.
node_days as (

    select
        billing_period,
        usage_date,
        account_id as cluster_name,
        {{ machine_id('resource_id') }} as machine_id,
        {%- for measure in measures %}
        sum(case when driver = '{{ measure }}' then quantity end) as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}

    from drivers

    where driver in ('{{ measures | join("', '") }}')

    group by all

)

select * from node_days
