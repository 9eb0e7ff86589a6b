with

jobs as (

    select * from {{ source('raw', 'slurm_jobs') }}

),

jobs_renamed as (

    select
        delivery_id,
        "Cluster" as cluster_name,
        "JobIDRaw" as job_id,
        "Submit" as submitted_at,
        "Start" as started_at,
        coalesce("End", "Until") as ended_at,
        cast("ElapsedRaw" as bigint) as elapsed_seconds,
        "State" as state,
        "Account" as account_name,
        "Partition" as partition_name,
        "QOS" as qos_name,
        -- A leading star says that it is the user's default.
        ltrim("WCKey", '*') as wckey,
        "User" as user_hash,
        cast(coalesce(
            {{ gpus_of(tres('"AllocTRES"', 'gres/gpu'), '"AllocTRES"', 'gres/gpu:[^=,]+=[0-9]+') }},
            {{ gpus_of(gres_per_node('"AllocGRES"'), '"AllocGRES"', 'gpu:[^:,()]+:[0-9]+') }} * "AllocNodes",
            0
        ) as double) as gpu_count,
        cast(coalesce({{ tres('"AllocTRES"', 'cpu') }}, "AllocCPUS", 0) as bigint) as cpu_count

    from jobs

    -- A step has a dot in its number, and the resources of its job.
    where "JobIDRaw" not like '%.%'

)

select * from jobs_renamed
