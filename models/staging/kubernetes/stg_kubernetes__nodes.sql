with

nodes as (

    select * from {{ source('raw', 'kubernetes_nodes') }}

),

nodes_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        interval_start as interval_start_at,
        node as node_name,
        {{ labels_json('node_labels') }} as labels

    from nodes

)

select * from nodes_renamed
