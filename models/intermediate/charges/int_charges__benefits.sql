{{ config(materialized='view') }}

with

covered_days as (

    select * from {{ ref('int_charges__covered_days') }}

),

policies as (

    select * from {{ ref('pool_policies') }}
    where benefit_of is not null

),

-- Of several policies of a day the one that spells out most of the commitment decides.
policies_ranked as (

    select
        covered_days.*,
        policies.pool_id,
        policies.policy_id,
        row_number() over (
            partition by
                covered_days.billing_period, covered_days.charge_date, covered_days.charge_group_id,
                covered_days.commitment_discount_id
            order by length(replace(policies.benefit_of, '%', '')) desc, policies.policy_id asc
        ) as place

    from covered_days

    left join policies
        on lower(covered_days.commitment_discount_id) like lower(policies.benefit_of)
            and covered_days.charge_date >= coalesce(policies.valid_from, date '0001-01-01')
            and covered_days.charge_date < coalesce(policies.valid_to, date '9999-12-31')

),

-- Where no policy spreads it the benefit is its user's, and none is moved.
benefits as (

    select
        billing_period,
        charge_date,
        charge_group_id,
        commitment_discount_id,
        feed,
        provider_name,
        cost_component,
        billing_currency,
        pool_id,
        policy_id,
        charge_count,
        charges_without_price,
        covered_cost,
        case when pool_id is null then 0 else effective_cost - covered_cost end as benefit_cost

    from policies_ranked

    where place = 1

)

select * from benefits
