with

states as (

    select * from {{ ref('stg_mlflow__model_versions') }}

),

-- The first state in which it serves, by its own clock and by the day on which we learned of it.
first_served as (

    select
        registered_model,
        model_version,
        min(last_updated_at) as served_at,
        min(received_date) as served_date

    from states

    where is_in_production

    group by registered_model, model_version

),

-- An alias is given without a new date of update: an older pull then has the same state, and does not serve.
first_served_dated as (

    select
        first_served.registered_model,
        first_served.model_version,
        case
            when first_served.served_at is null or count(states.model_version) > 0
                then cast(first_served.served_date as timestamp)
            else first_served.served_at
        end as promoted_at

    from first_served

    left join states
        on first_served.registered_model = states.registered_model
            and first_served.model_version = states.model_version
            and first_served.served_date > states.received_date
            and first_served.served_at <= states.last_updated_at

    group by
        first_served.registered_model, first_served.model_version, first_served.served_at, first_served.served_date

),

states_numbered as (

    select
        states.*,
        row_number() over (
            partition by states.registered_model, states.model_version
            order by
                coalesce(states.last_updated_at, states.created_at) desc,
                states.received_date desc
        ) as state_number

    from states

),

model_versions as (

    select
        states_numbered.registered_model,
        states_numbered.model_version,
        states_numbered.run_id,
        states_numbered.current_stage,
        states_numbered.aliases,
        states_numbered.created_at,
        states_numbered.is_in_production,
        first_served_dated.promoted_at

    from states_numbered

    left join first_served_dated
        on states_numbered.registered_model = first_served_dated.registered_model
            and states_numbered.model_version = first_served_dated.model_version

    where states_numbered.state_number = 1

)

select * from model_versions
