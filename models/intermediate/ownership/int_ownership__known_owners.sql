with

groups as (

    select * from {{ ref('int_charges__groups') }}

),

answers as (

    select *
    from {{ ref('int_ownership__ranking') }}
    where place = 1

),

-- What somebody has said of this very resource. What a rule says of its whole account would prove itself.
answers_known as (

    select
        {{ resource_key() }} as resource_key,
        {{ kin_of() }} as kin,
        answers.dimension,
        answers.answer,
        answers.billing_period,
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

known_owners as (

    select
        resource_key,
        dimension,
        min(kin) as kin,
        min_by(answer, (known_from, answer)) as first_answer,
        max_by(answer, (known_from, answer)) as answer,
        max(known_from) as known_from,
        count(distinct billing_period) as months_known

    from answers_known

    group by resource_key, dimension

)

select * from known_owners
