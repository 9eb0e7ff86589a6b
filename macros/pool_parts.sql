{#
    Of each pool and day (and stage, where they are split apart) what every owner gets in the end, by each way over
    other pools: a row per way, with the numbers to compute it again. Ratios of a pool and day sum to exactly 1, unless
    a share is missing: the largest takes what rounding left, and no more.
#}
{% macro pool_parts() -%}
    {%- set node = 'billing_period, charge_date, pool_id, split_stage' -%}
    with

    shares as (

        select * from {{ ref('shares') }}

    ),

    passages as (

        select * from {{ ref('passages') }}

    ),

    -- Each is read for one purpose: what a reader asks of one month is then asked of each.
    pools_split as (

        select distinct {{ node }}, policy_id from {{ ref('shares') }}

    ),

    pools_taking as (

        select distinct {{ node }} from {{ ref('shares') }}

    ),

    -- From the pool of a charge to each pool that gives parts of it to owners.
    ways as (

        select
            {{ node }}, pool_id as via_pool_id, split_stage as via_split_stage, 1 as passed, policy_id as own_policy_id
        from pools_split
        union all
        select {{ node }}, via_pool_id, via_split_stage, part as passed, null as own_policy_id
        from passages

    ),

    ways_from_policies as (

        select
            *,
            max(own_policy_id) over (partition by {{ node }}) as origin_policy_id

        from ways

    ),

    shares_of_owners as (

        select shares.*

        from shares

        left join pools_taking
            on shares.billing_period = pools_taking.billing_period
                and shares.charge_date = pools_taking.charge_date
                and shares.target_pool_id = pools_taking.pool_id
                and shares.target_split_stage = pools_taking.split_stage

        where pools_taking.pool_id is null

    ),

    parts as (

        select
            ways_from_policies.*,
            shares_of_owners.policy_id,
            shares_of_owners.rung,
            shares_of_owners.method,
            shares_of_owners.drivers,
            shares_of_owners.window_days,
            shares_of_owners.team_id,
            shares_of_owners.project_id,
            shares_of_owners.lifecycle_stage,
            shares_of_owners.weight,
            shares_of_owners.total_weight,
            shares_of_owners.share,
            cast(cast(ways_from_policies.passed as double) * cast(shares_of_owners.share as double) as decimal(38, 18))
                as rounded_ratio

        from ways_from_policies

        inner join shares_of_owners
            on ways_from_policies.billing_period = shares_of_owners.billing_period
                and ways_from_policies.charge_date = shares_of_owners.charge_date
                and ways_from_policies.via_pool_id = shares_of_owners.pool_id
                and ways_from_policies.via_split_stage = shares_of_owners.split_stage

    ),

    parts_ranked as (

        select
            *,
            row_number() over (
                partition by {{ node }}
                order by
                    rounded_ratio desc, via_pool_id asc, via_split_stage asc, team_id asc, project_id asc,
                    lifecycle_stage asc
            ) = 1 as takes_remainder,
            1 - sum(rounded_ratio) over (partition by {{ node }}) as left_over_ratio

        from parts

    )

    select
        *,
        cast(
            rounded_ratio
            + case when takes_remainder and abs(left_over_ratio) < 0.000000000001 then left_over_ratio else 0 end
            as decimal(38, 18)
        ) as allocated_ratio

    from parts_ranked
{%- endmacro %}
