{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

answers as (

    select *
    from {{ ref('int_ownership__ranking') }}
    where place = 1 and {{ in_periods() }}

),

-- What somebody has said of this very resource. What a rule says of its whole account would prove itself.
answers_of_resources as (

    select
        answers.billing_period,
        {{ resource_key() }} as resource_key,
        {{ kin_of() }} as kin,
        answers.dimension,
        answers.answer,
        greatest(answers.valid_from, groups.first_charge_date) as known_from

    from answers

    inner join groups
        on answers.billing_period = groups.billing_period
            and answers.charge_group_id = groups.charge_group_id
            and answers.valid_from <= groups.last_charge_date
            and answers.valid_to > groups.first_charge_date

    where groups.resource_id is not null
        and answers.evidence in ('override', 'tag', 'link')
        and answers.confidence = 'strong'
        and answers.dimension <> 'ai_activity'
        and not answers.is_pool

),

answers_known as (

    select
        billing_period,
        resource_key,
        dimension,
        min(kin) as kin,
        min_by(answer, (known_from, answer)) as first_answer,
        min(known_from) as first_known_from,
        max_by(answer, (known_from, answer)) as answer,
        max(known_from) as known_from

    from answers_of_resources

    group by billing_period, resource_key, dimension

)

select * from answers_known
