{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

node_months as (

    select * from {{ ref('int_drivers__kubernetes_node_months') }}

),

node_costs as (

    select * from {{ ref('int_drivers__kubernetes_node_costs') }}
    where {{ in_periods() }} and is_on_bill

),

bills as (

    select
        billing_period,
        cluster_name,
        machine_id,
        provider_name,
        billing_account_id,
        billing_currency,
        count(*) as days_on_bill,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost

    from node_costs

    group by all

),

nodes_billed as (

    select
        node_months.*,
        bills.provider_name,
        bills.billing_account_id,
        bills.billing_currency,
        bills.days_on_bill,
        bills.billed_cost,
        bills.effective_cost,
        row_number() over (
            partition by node_months.billing_period, node_months.cluster_name, node_months.machine_id
            order by bills.provider_name asc, bills.billing_account_id asc, bills.billing_currency asc
        ) as bill_number

    from node_months

    left join bills
        on node_months.billing_period = bills.billing_period
            and node_months.cluster_name is not distinct from bills.cluster_name
            and node_months.machine_id = bills.machine_id

),

-- The days and hours of a node that is on two bills stand once, so that they can be added up.
clusters_vs_bill as (

    select
        billing_period as month,
        cluster_name,
        machine_id,
        cast(bill_number as integer) as bill_number,
        provider_name,
        billing_account_id as account,
        billing_currency as currency,
        case days_billed when 0 then 'not_on_bill' when days_seen then 'matched' else 'partly' end as status,
        cast(coalesce(days_on_bill, 0) as integer) as days_on_bill,
        cast(case when bill_number = 1 then days_seen end as integer) as days_seen,
        cast(case when bill_number = 1 then days_seen - days_billed end as integer) as days_without_bill,
        {% for measure in node_hours_columns() -%}
        cast(case when bill_number = 1 then {{ measure }} end as decimal(38, 12)) as {{ measure }},
        {% endfor -%}
        cast(billed_cost as decimal(38, 12)) as billed_cost,
        cast(effective_cost as decimal(38, 12)) as effective_cost

    from nodes_billed

)

select * from clusters_vs_bill
