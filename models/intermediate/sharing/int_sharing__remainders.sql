{# A table, since what is received is read twice, of pools split by stage and of the others. #}
{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

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
