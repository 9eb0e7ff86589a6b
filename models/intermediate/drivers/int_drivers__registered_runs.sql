with

runs as (

    select * from {{ ref('stg_mlflow__runs') }}

),

model_versions as (

    select * from {{ ref('int_drivers__model_versions') }}

),

-- A run may register several versions: the one that served first stands for them, else the oldest.
versions_numbered as (

    select
        model_versions.*,
        row_number() over (
            partition by model_versions.run_id
            order by
                coalesce(model_versions.promoted_at, timestamp '9999-12-31') asc,
                model_versions.created_at asc,
                model_versions.registered_model asc,
                model_versions.model_version asc
        ) as version_number

    from model_versions

    where model_versions.run_id is not null

),

versions_of_runs as (

    select
        run_id,
        concat(registered_model, '/', model_version) as registered_version,
        is_in_production,
        promoted_at

    from versions_numbered

    where version_number = 1

),

-- The version that a sweep registers is what all of its runs were for.
registered_runs as (

    select
        runs.run_id,
        versions_of_runs.registered_version,
        versions_of_runs.is_in_production,
        versions_of_runs.promoted_at

    from runs

    inner join versions_of_runs
        on runs.run_id = versions_of_runs.run_id

    union all

    select
        runs.run_id,
        versions_of_parents.registered_version,
        versions_of_parents.is_in_production,
        versions_of_parents.promoted_at

    from runs

    inner join versions_of_runs as versions_of_parents
        on runs.parent_run_id = versions_of_parents.run_id

    left join versions_of_runs as own_versions
        on runs.run_id = own_versions.run_id

    where own_versions.run_id is null

)

select * from registered_runs
