{{ config(materialized='view') }}

with

wholes as (

    select * from {{ ref('int_sharing__wholes') }}
    where {{ in_periods() }}

),

shares as (

    select * from {{ ref('int_sharing__shares') }}
    where {{ in_periods() }}

),

parts_summed as (

    select
        wholes.billing_period,
        wholes.whole_number,
        {{ each_amount('sum(' ~ part_of('wholes.@', 'shares.share') ~ ')') }}

    from wholes

    inner join shares using (billing_period, charge_date, pool_id, split_stage)

    group by wholes.billing_period, wholes.whole_number

),

remainders as (

    select
        billing_period,
        whole_number,
        {{ each_amount('wholes.@ - parts_summed.@') }}

    from wholes

    inner join parts_summed using (billing_period, whole_number)

)

select * from remainders
