with

model_versions as (

    select * from {{ ref('int_drivers__model_versions') }}

),

registered_runs as (

    select * from {{ ref('int_drivers__registered_runs') }}

),

leaf_runs as (

    select * from {{ ref('int_drivers__leaf_runs') }}

),

-- Of a run with several versions, and of a sweep, the runs are found by the one version that stands for them.
version_runs as (

    select distinct
        concat(model_versions.registered_model, '/', model_versions.model_version) as model_version,
        leaf_runs.stated_team,
        leaf_runs.stated_project,
        leaf_runs.tags

    from model_versions

    inner join registered_runs
        on model_versions.run_id = registered_runs.run_id

    inner join leaf_runs
        on registered_runs.registered_version = leaf_runs.registered_version

)

select * from version_runs
