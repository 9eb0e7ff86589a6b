-- Owners whose days overlap would post a charge twice, even one of zero cost that no sum of money shows;
-- a day that no owner covers would drop it out of every team's showback.
{{ config(meta={'dagster': {'ref': {'name': 'int_sharing__direct_postings'}}}) }}

with

postings_counted as (

    select
        billing_period,
        count_if(policy_id is null) as postings,
        count_if(policy_id is null and team_id is not null) as owned_postings

    from {{ ref('int_sharing__direct_postings') }}

    where {{ in_periods() }}

    group by billing_period

),

charges_counted as (

    select
        billing_period,
        count(distinct concat(charge_group_id, charge_date)) as charges

    from {{ ref('int_charges__daily') }}

    where {{ in_periods() }}

    group by billing_period

)

select
    billing_period,
    charges_counted.charges,
    postings_counted.postings,
    postings_counted.owned_postings

from charges_counted

full outer join postings_counted
    using (billing_period)

where
    charges_counted.charges is distinct from postings_counted.postings
    or charges_counted.charges is distinct from postings_counted.owned_postings
