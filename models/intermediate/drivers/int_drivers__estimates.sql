{{ config(materialized='view') }}

{% set use = [
    'billing_period', 'usage_date', 'feed', 'account_id', 'stated_team', 'stated_project', 'stated_stage',
    'stated_activity', 'tags',
] -%}
with

-- A bill that nobody can name, or that will never be, is not awaited.
tokens as (

    select
        *,
        {{ biller_of('provider_name') }} as biller_name

    from {{ ref('int_drivers__tokens_priced') }}

    where {{ in_periods() }} and part_counted > 0 and provider_name is not null
        and not {{ is_own_server('provider_name') }}

),

bill_days as (

    select
        *,
        {{ name_key('provider_name') }} as biller_key

    from {{ ref('int_charges__days_settled') }}

    where {{ in_periods() }} and has_usage

),

days_billed as (

    select distinct billing_period, charge_date, biller_key from bill_days

),

-- A bill that is final has come for all days, also for those that it has no charge of.
months_final as (

    select distinct billing_period, biller_key from bill_days
    where not is_provisional

),

tokens_unbilled as (

    select tokens.*

    from tokens

    left join days_billed
        on tokens.billing_period = days_billed.billing_period
            and tokens.usage_date = days_billed.charge_date
            and {{ name_key('tokens.biller_name') }} = days_billed.biller_key

    left join months_final
        on tokens.billing_period = months_final.billing_period
            and {{ name_key('tokens.biller_name') }} = months_final.biller_key

    where days_billed.charge_date is null and months_final.billing_period is null

),

-- Of tokens with a price the money in its currency, of others the tokens, in none.
estimates as (

    select
        concat('estimate:', case when is_priced then currency else '' end, ':', biller_name) as measure,
        {{ use | join(',\n        ') }},
        case
            when not is_priced then cast({{ tokens_counted() }} as decimal(38, 12))
            when part_counted = 1 then cast(estimated_cost as decimal(38, 12))
            else {{ part_of('estimated_cost', 'part_counted') }}
        end as quantity

    from tokens_unbilled

)

select * from estimates
