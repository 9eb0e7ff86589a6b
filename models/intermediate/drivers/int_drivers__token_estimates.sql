{{ config(materialized='view') }}

with

tokens as (

    select * from {{ ref('int_drivers__tokens_priced') }}
    where {{ in_periods() }} and part_counted > 0

),

bills as (

    select * from {{ ref('int_drivers__model_api_bills') }}

),

-- A call that the gateway, the vendor's report and a trace all saw is estimated once.
tokens_counted as (

    select
        billing_period,
        usage_date as charge_date,
        coalesce({{ model_key('model_name') }}, 'unknown') as model_name,
        coalesce({{ biller_of('provider_name') }}, 'unknown') as biller_name,
        currency,
        is_priced,
        cast({{ tokens_counted() }} as decimal(38, 0)) as tokens,
        case part_counted when 1 then estimated_cost else {{ part_of('estimated_cost', 'part_counted') }} end
            as estimated_cost

    from tokens

),

-- frontier_models of the gateway are Frontier Models of the bill.
names_on_bills as (

    select
        billing_period,
        {{ name_key('provider_name') }} as biller_key,
        min(provider_name) as provider_name

    from bills

    group by all

),

tokens_named as (

    select
        tokens_counted.*,
        coalesce(names_on_bills.provider_name, tokens_counted.biller_name) as provider_name

    from tokens_counted

    left join names_on_bills
        on tokens_counted.billing_period = names_on_bills.billing_period
            and {{ name_key('tokens_counted.biller_name') }} = names_on_bills.biller_key

),

token_estimates as (

    select
        billing_period,
        charge_date,
        provider_name,
        model_name,
        currency,
        cast(coalesce(sum(case when is_priced then tokens end), 0) as decimal(38, 12)) as tokens_priced,
        cast(coalesce(sum(case when not is_priced then tokens end), 0) as decimal(38, 12)) as tokens_unpriced,
        cast(sum(estimated_cost) as decimal(38, 12)) as estimated_cost

    from tokens_named

    group by billing_period, charge_date, provider_name, model_name, currency

)

select * from token_estimates
