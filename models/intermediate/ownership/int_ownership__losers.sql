{{ config(materialized='view') }}

with

ranking as (

    select * from {{ ref('int_ownership__ranking') }}
    where place > 1 and {{ in_periods() }}

),

losers as (

    select
        billing_period,
        charge_group_id,
        valid_from,
        string_agg(
            concat(
                case when is_pool then 'pool' else dimension end, ' ', answer, ' (',
                case when is_of_project then 'project register, by ' end, evidence, ' ', cause, ', ', confidence, ')'
            ),
            '; ' order by dimension, place
        ) as losing_candidates

    from ranking

    group by billing_period, charge_group_id, valid_from

)

select * from losers
