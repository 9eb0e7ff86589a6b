with

samples as (

    select * from {{ source('raw', 'gpu_samples') }}

),

samples_renamed as (

    select
        delivery_id,
        billing_period,
        cluster as cluster_name,
        sampled_at,
        "UUID" as gpu_id,
        "Hostname" as node_name,
        "modelName" as gpu_model,
        "GPU_I_ID" as mig_instance_id,
        "GPU_I_PROFILE" as mig_profile,
        case when pod like '%dcgm-exporter%' then exported_namespace else coalesce(exported_namespace, namespace) end
            as namespace_name,
        case when pod like '%dcgm-exporter%' then exported_pod else coalesce(exported_pod, pod) end as pod_name,
        metric = 'DCGM_FI_PROF_GR_ENGINE_ACTIVE' as is_of_engine,
        cast(
            case metric
                when 'DCGM_FI_PROF_GR_ENGINE_ACTIVE' then value
                when 'DCGM_FI_DEV_GPU_UTIL' then value * 0.01
            end as decimal(18, 12)
        ) as busy_share

    from samples

    where metric in ('DCGM_FI_PROF_GR_ENGINE_ACTIVE', 'DCGM_FI_DEV_GPU_UTIL')

)

select * from samples_renamed
