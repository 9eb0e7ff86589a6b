{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

nodes as (

    select * from {{ ref('int_drivers__kubernetes_nodes') }}
    where {{ in_periods() }}

),

machine_bills as (

    select * from {{ ref('int_drivers__kubernetes_machine_bills') }}

),

nodes_measured as (

    select
        billing_period,
        usage_date,
        cluster_name,
        machine_id,
        coalesce(cpu_core_hours_requested, 0) + coalesce(cpu_core_hours_idle, 0) as cpu_core_hours

    from nodes

),

-- A machine that two clusters saw on a day is theirs by the core-hours that each saw of it, else in equal parts.
nodes_weighed as (

    select
        billing_period,
        usage_date,
        cluster_name,
        machine_id,
        coalesce(
            cpu_core_hours / nullif(sum(cpu_core_hours) over machine_day, 0), 1.0 / count(*) over machine_day
        ) as share,
        row_number() over (
            partition by billing_period, usage_date, machine_id
            order by cpu_core_hours desc, cluster_name asc
        ) = 1 as is_last

    from nodes_measured

    window machine_day as (partition by billing_period, usage_date, machine_id)

),

{% set whole = [
    'machine_bills.billing_period', 'machine_bills.usage_date', 'machine_bills.machine_id',
    'machine_bills.provider_name', 'machine_bills.billing_account_id', 'machine_bills.billing_currency',
] -%}
-- Without a bill the amounts are null: nothing is known of what the node cost.
node_costs as (

    select
        nodes_weighed.billing_period,
        nodes_weighed.usage_date,
        nodes_weighed.cluster_name,
        nodes_weighed.machine_id,
        machine_bills.provider_name,
        machine_bills.billing_account_id,
        machine_bills.billing_currency,
        machine_bills.machine_id is not null as is_on_bill,
        {{ split_exactly('machine_bills.billed_cost', 'nodes_weighed.share', 'nodes_weighed.is_last', whole) }}
            as billed_cost,
        {{ split_exactly('machine_bills.effective_cost', 'nodes_weighed.share', 'nodes_weighed.is_last', whole) }}
            as effective_cost

    from nodes_weighed

    left join machine_bills
        on nodes_weighed.billing_period = machine_bills.billing_period
            and nodes_weighed.usage_date = machine_bills.usage_date
            and nodes_weighed.machine_id = machine_bills.machine_id

)

select * from node_costs
