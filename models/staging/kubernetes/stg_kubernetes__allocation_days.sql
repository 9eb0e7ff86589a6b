with

allocation_days as (

    select * from {{ source('raw', 'kubernetes_allocation_days') }}

),

allocation_days_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        cast("Date" as date) as usage_date,
        "Namespace" as namespace_name,
        "Pod" as pod_name,
        "Labels" as labels,
        "TotalCost" as estimated_cost

    from allocation_days

)

select * from allocation_days_renamed
