with

model_versions as (

    select * from {{ source('raw', 'mlflow_model_versions') }}

),

model_versions_renamed as (

    select
        name as model_name,
        version as model_version,
        run_id,
        lower(current_stage) as current_stage,
        aliases,
        tags,
        creation_timestamp as created_at,
        last_updated_timestamp as last_updated_at,
        -- Stages are deprecated, and aliases are words that people choose.
        coalesce(
            lower(current_stage) = 'production'
            or {{ has_item('aliases', 'production') }}
            or {{ has_item('aliases', 'champion') }},
            false
        ) as is_in_production,
        delivery_id

    from model_versions

),

model_versions_promoted as (

    select
        model_name,
        model_version,
        run_id,
        current_stage,
        aliases,
        tags,
        created_at,
        last_updated_at,
        is_in_production,
        -- MLflow keeps no other date of the change.
        case when is_in_production then last_updated_at end as promoted_at,
        delivery_id

    from model_versions_renamed

)

select * from model_versions_promoted
