with

experiments as (

    select * from {{ source('raw', 'mlflow_experiments') }}

),

experiments_renamed as (

    select
        experiment_id,
        name as experiment_name

    from experiments

)

select * from experiments_renamed
