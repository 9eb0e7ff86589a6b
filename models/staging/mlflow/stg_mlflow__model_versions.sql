with

model_versions as (

    select * from {{ source('raw', 'mlflow_model_versions') }}

),

model_versions_renamed as (

    select
        name as registered_model,
        version as model_version,
        run_id,
        lower(current_stage) as current_stage,
        aliases,
        tags,
        creation_timestamp as created_at,
        last_updated_timestamp as last_updated_at,
        received_on as received_date,
        -- Stages are deprecated, and aliases are words that people choose.
        coalesce(
            lower(current_stage) = 'production'
            or {{ has_item('aliases', 'production') }}
            or {{ has_item('aliases', 'champion') }},
            false
        ) as is_in_production,
        delivery_id

    from model_versions

)

select * from model_versions_renamed
