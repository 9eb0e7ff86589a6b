-- A machine that two clusters saw, or that is spelled in two ways, costs what the bill says of it: all of it, once.
{{ config(meta={'dagster': {'ref': {'name': 'int_drivers__kubernetes_node_costs'}}}) }}

with

charges_billed as (

    select
        billing_period,
        charge_date as usage_date,
        billing_currency,
        sum(billed_cost) as billed_on_bill,
        sum(effective_cost) as effective_on_bill

    from {{ ref('int_charges__daily') }} as charges

    where
        {{ in_periods() }}
        and exists (
            select nodes.machine_id from {{ ref('int_drivers__kubernetes_nodes') }} as nodes
            where
                nodes.billing_period = charges.billing_period
                and nodes.usage_date = charges.charge_date
                and nodes.machine_id = {{ machine_id('charges.resource_id') }}
        )

    group by billing_period, charge_date, billing_currency

),

nodes_costed as (

    select
        billing_period,
        usage_date,
        billing_currency,
        sum(billed_cost) as billed_cost,
        sum(effective_cost) as effective_cost

    from {{ ref('int_drivers__kubernetes_node_costs') }}

    where {{ in_periods() }} and is_on_bill

    group by billing_period, usage_date, billing_currency

)

select
    charges_billed.*,
    nodes_costed.billed_cost,
    nodes_costed.effective_cost

from charges_billed

full outer join nodes_costed
    using (billing_period, usage_date, billing_currency)

where
    nodes_costed.billed_cost is distinct from charges_billed.billed_on_bill
    or nodes_costed.effective_cost is distinct from charges_billed.effective_on_bill
