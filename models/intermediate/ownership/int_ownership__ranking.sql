{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

candidates as (

    select * from {{ ref('int_ownership__candidates') }}
    where {{ in_periods() }}

),

validities as (

    select * from {{ ref('int_ownership__validities') }}

),

candidates_in_force as (

    select
        validities.billing_period,
        validities.charge_group_id,
        validities.valid_from,
        validities.valid_to,
        candidates.dimension,
        candidates.answer,
        candidates.is_pool,
        candidates.pool_owner_team_id,
        candidates.evidence,
        candidates.is_of_project,
        candidates.cause,
        candidates.confidence,
        -- A pool and a team may have one name, and are two answers.
        case when candidates.confidence = 'strong' then concat(candidates.is_pool, ' ', candidates.answer) end
            as strong_answer,
        candidates.place,
        max(case when candidates.is_pool and candidates.evidence <> 'hint' then candidates.place end) over (
            partition by
                validities.billing_period, validities.charge_group_id, validities.valid_from, candidates.dimension
        ) as pool_place,
        candidates.priority,
        candidates.kind_place

    from validities

    inner join candidates
        on validities.billing_period = candidates.billing_period
            and validities.charge_group_id = candidates.charge_group_id
            and validities.valid_from >= candidates.valid_from
            and validities.valid_to <= candidates.valid_to

),

-- What the policy shares is shared on its days, whoever used it this month: there a link comes behind the rules.
candidates_placed as (

    select
        *,
        case when evidence = 'link' then greatest(place, pool_place + 1) else place end as place_in_force,
        -- Rules are one kind beside the others: only among themselves does their priority say anything.
        case when evidence in ('override', 'register', 'tag', 'link', 'hint') then kind_place else 5 end as kind

    from candidates_in_force

),

-- The order is total: what nothing else decides is decided by the names of rules and answers.
ranking as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        valid_to,
        dimension,
        row_number() over (
            partition by billing_period, charge_group_id, valid_from, dimension
            order by
                place_in_force asc, is_of_project asc, kind asc, priority asc nulls last, kind_place asc,
                cause asc, is_pool desc, answer asc
        ) as place,
        answer,
        is_pool,
        pool_owner_team_id,
        evidence,
        is_of_project,
        cause,
        confidence,
        coalesce(
            min(strong_answer) over (partition by billing_period, charge_group_id, valid_from, dimension)
            <> max(strong_answer) over (partition by billing_period, charge_group_id, valid_from, dimension),
            false
        ) as has_conflict

    from candidates_placed

)

select * from ranking
