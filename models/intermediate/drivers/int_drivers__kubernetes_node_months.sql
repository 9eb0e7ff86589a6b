{{ config(materialized='view') }}

with

nodes as (

    select * from {{ ref('int_drivers__kubernetes_nodes') }}
    where {{ in_periods() }}

),

node_costs as (

    select * from {{ ref('int_drivers__kubernetes_node_costs') }}
    where {{ in_periods() }}

),

-- A day on two bills is one day.
days_billed as (

    select distinct
        billing_period,
        usage_date,
        cluster_name,
        machine_id

    from node_costs

    where is_on_bill

),

node_months as (

    select
        nodes.billing_period,
        nodes.cluster_name,
        nodes.machine_id,
        count(*) as days_seen,
        count(days_billed.usage_date) as days_billed,
        {%- for measure in node_hours_columns() %}
        sum(nodes.{{ measure }}) as {{ measure }}{% if not loop.last %},{% endif %}
        {%- endfor %}

    from nodes

    left join days_billed
        on nodes.billing_period = days_billed.billing_period
            and nodes.usage_date = days_billed.usage_date
            and nodes.cluster_name is not distinct from days_billed.cluster_name
            and nodes.machine_id = days_billed.machine_id

    group by all

)

select * from node_months
