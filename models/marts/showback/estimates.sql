{{ config(
    materialized='incremental',
    incremental_strategy='replace_periods',
    on_schema_change='fail',
    meta={'period_column': 'month'},
) }}

with

-- The measure is `estimate:`, the currency (none where no price is known), `:` and who will bill.
use_unbilled as (

    select
        *,
        split_part(measure, ':', 2) as price_currency

    from {{ ref('int_ownership__usage_owners') }}

    where measure like 'estimate:%' and {{ in_periods() }}

),

estimates as (

    select
        billing_period as month,
        usage_date as charge_date,
        substr(measure, length(concat('estimate:', price_currency, ':')) + 1) as provider_name,
        team_id,
        project_id,
        lifecycle_stage,
        'model_api' as cost_component,
        feed,
        nullif(price_currency, '') as currency,
        cast(sum(case when price_currency <> '' then quantity end) as decimal(38, 12)) as estimated_cost,
        cast(coalesce(sum(case when price_currency = '' then quantity end), 0) as decimal(38, 12)) as tokens_unpriced

    from use_unbilled

    group by all

)

select * from estimates
