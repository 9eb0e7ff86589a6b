with

runs as (

    select * from {{ ref('stg_mlflow__runs') }}

),

experiments as (

    select * from {{ ref('stg_mlflow__experiments') }}

),

registered_runs as (

    select * from {{ ref('int_drivers__registered_runs') }}

),

-- A parent waits for its children: their time is its time.
parents as (

    select distinct parent_run_id from runs where parent_run_id is not null

),

leaf_runs as (

    select
        runs.run_id,
        runs.delivery_id,
        runs.experiment_id,
        runs.user_hash,
        runs.model_name,
        runs.started_at,
        -- A crash leaves no end, and one before the start is another machine's clock; what the run last reported, by a
        -- clock of its own too, is the least that it ran.
        case
            when runs.ended_at >= runs.started_at then runs.ended_at
            when runs.last_metric_at is not null then greatest(runs.last_metric_at, runs.started_at)
        end as ended_at,
        {{ first_tag('runs.tags', ['team', 'team_id', 'team_name']) }} as stated_team,
        coalesce({{ first_tag('runs.tags', ['project', 'project_id', 'project_name']) }}, experiments.experiment_name)
            as stated_project,
        {{ stage_of_words('lower(' ~ first_tag('runs.tags', ['stage', 'lifecycle', 'environment', 'env']) ~ ')') }}
            as stated_stage,
        -- A run of which a registered version came was training, unless its own tags know better.
        coalesce(
            {{ activity_of_words(
                'lower(' ~ first_tag('runs.tags', ['activity', 'job_type', 'task_type', 'task']) ~ ')'
            ) }},
            case when registered_runs.run_id is not null then 'training' end
        ) as stated_activity,
        registered_runs.registered_version,
        registered_runs.promoted_at,
        {{ first_tag('runs.tags', [
            'slurm_job_id', 'SLURM_JOB_ID', 'slurm.job_id', 'pod_name', 'k8s_pod', 'k8s.pod.name', 'pod', 'provider_id',
            'instance_id', 'ec2_instance_id', 'cluster_id',
        ]) }} as resource_id,
        {{ json_tags({
            'experiment': 'experiments.experiment_name', 'run_status': 'runs.status',
            'registered_version': 'registered_runs.registered_version', 'in_production_since': 'cast(registered_runs.promoted_at as date)',
        }, 'runs.tags') }} as tags

    from runs

    left join experiments
        on runs.experiment_id = experiments.experiment_id

    left join registered_runs
        on runs.run_id = registered_runs.run_id

    left join parents
        on runs.run_id = parents.parent_run_id

    where parents.parent_run_id is null

),

runs_dated as (

    select
        leaf_runs.*,
        cast(leaf_runs.started_at as date) as first_date,
        cast(coalesce(leaf_runs.ended_at, leaf_runs.started_at) as date) as last_date

    from leaf_runs

)

select * from runs_dated
