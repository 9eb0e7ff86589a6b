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
        cast(
            coalesce({{ tres('"AllocTRES"', 'gres/gpu') }}, {{ gres_per_node('"AllocGRES"') }} * "AllocNodes", 0)
            as bigint
        ) as gpu_count,
        cast(coalesce({{ tres('"AllocTRES"', 'cpu') }}, "AllocCPUS", 0) as bigint) as cpu_count

    from jobs

    -- A step has a dot in its number, and the resources of its job.
    where "JobIDRaw" not like '%.%'

)

select * from jobs_renamed
