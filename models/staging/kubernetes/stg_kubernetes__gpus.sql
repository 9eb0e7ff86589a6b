with

gpus as (

    select * from {{ source('raw', 'kubernetes_gpus') }}

),

gpus_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        interval_start as interval_start_at,
        node as node_name,
        namespace as namespace_name,
        pod as pod_name,
        gpu_uuid as gpu_id,
        gpu_model_name as gpu_model,
        mig_instance_id,
        mig_profile,
        gpu_pod_uptime as seconds_held

    from gpus

)

select * from gpus_renamed
