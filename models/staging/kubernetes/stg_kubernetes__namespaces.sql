with

namespaces as (

    select * from {{ source('raw', 'kubernetes_namespaces') }}

),

namespaces_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        interval_start as interval_start_at,
        namespace as namespace_name,
        {{ labels_json('namespace_labels') }} as labels

    from namespaces

)

select * from namespaces_renamed
