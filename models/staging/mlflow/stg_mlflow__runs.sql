with

runs as (

    select * from {{ source('raw', 'mlflow_runs') }}

),

runs_renamed as (

    select
        run_id,
        parent_run_id,
        experiment_id,
        upper(status) as status,
        lower(lifecycle_stage) as lifecycle_stage,
        user_id as user_hash,
        {{ first_tag('params', ['model_name', 'model', 'base_model', 'model_name_or_path', 'model_id']) }}
            as model_name,
        tags,
        start_time as started_at,
        end_time as ended_at,
        last_metric_at,
        delivery_id

    from runs

)

select * from runs_renamed
