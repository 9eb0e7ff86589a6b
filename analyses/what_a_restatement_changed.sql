-- Which months did a newer delivery rewrite, and by how much?
-- dbt show -s what_a_restatement_changed --vars '{month: 2026-09}' ; without a month, the latest that was restated.
{% set month = var('month', none) %}

with

deliveries as (

    select * from {{ source('ingestion', 'deliveries') }}
    where billing_period is not null

),

deliveries_ranked as (

    select
        feed,
        account_id,
        billing_period,
        currency,
        rows,
        billed_cost,
        received_at,
        row_number() over (
            partition by feed, account_id, billing_period, currency
            order by received_at desc, delivery_id asc
        ) as place

    from deliveries

    where status = 'superseded'

),

-- Restated more than once: what stood last before the current delivery.
deliveries_superseded as (

    select * from deliveries_ranked where place = 1

),

deliveries_current as (

    select * from deliveries where status = 'current'

),

deliveries_compared as (

    select
        feed,
        account_id,
        billing_period,
        currency,
        deliveries_superseded.received_at as received_before_at,
        deliveries_current.received_at,
        coalesce(deliveries_superseded.rows, 0) as rows_before,
        coalesce(deliveries_current.rows, 0) as rows_now,
        coalesce(deliveries_superseded.billed_cost, 0) as billed_cost_before,
        coalesce(deliveries_current.billed_cost, 0) as billed_cost

    from deliveries_superseded

    left join deliveries_current
        using (feed, account_id, billing_period, currency)

),

month_asked as (

    select max({{ "'" ~ month ~ "'" if month else 'billing_period' }}) as billing_period from deliveries_compared

),

changes as (

    select
        deliveries_compared.*,
        deliveries_compared.rows_now - deliveries_compared.rows_before as rows_change,
        deliveries_compared.billed_cost - deliveries_compared.billed_cost_before as billed_cost_change

    from deliveries_compared

    inner join month_asked
        on deliveries_compared.billing_period = month_asked.billing_period

)

select * from changes
order by abs(billed_cost_change) desc, feed asc, account_id asc, currency asc
