{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

weights as (

    select * from {{ ref('int_sharing__weights') }}

),

weights_ranked as (

    select
        *,
        sum(weight) over (partition by billing_period, charge_date, pool_id) as total_weight,
        row_number() over (
            partition by billing_period, charge_date, pool_id
            order by weight desc, team_id asc, project_id asc, lifecycle_stage asc
        ) as place

    from weights

),

parts_rounded as (

    select
        *,
        place = 1 as takes_remainder,
        cast(cast(weight as double) / cast(total_weight as double) as decimal(38, 18)) as rounded_share

    from weights_ranked

),

shares as (

    select
        billing_period,
        charge_date,
        pool_id,
        policy_id,
        method,
        team_id,
        project_id,
        lifecycle_stage,
        weight,
        total_weight,
        takes_remainder,
        -- The shares of a pool and day are exactly one: the largest takes what rounding left.
        cast(
            rounded_share + case
                when takes_remainder
                    then 1 - sum(rounded_share) over (partition by billing_period, charge_date, pool_id)
                else 0
            end
            as decimal(38, 18)
        ) as share

    from parts_rounded

)

select * from shares
