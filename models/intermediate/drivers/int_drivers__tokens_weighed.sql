{{ config(materialized='view') }}

with

-- What the gateway answers from its own cache, no model worked for.
tokens as (

    select
        *,
        -- A gateway has several names for one vendor (openai, text-completion-openai).
        lower({{ biller_of('provider_name') }}) as vendor

    from {{ ref('int_drivers__tokens') }}

    where unit = 'tokens' and driver <> 'cache_hit_tokens'

),

vendor_days as (

    select
        usage_date,
        vendor,
        sum(case when feed = 'litellm' then quantity else 0 end) as gateway_tokens,
        sum(case when feed <> 'litellm' then quantity end) as reported_tokens

    from tokens

    where feed <> 'langfuse'

    group by all

),

days_counted as (

    select distinct usage_date from vendor_days

),

-- A vendor's own report has the gateway's calls too: of it counts what the gateway did not see, in proportion.
-- Traces see calls of both, under other names: they count on days that neither knows.
tokens_weighed as (

    select
        tokens.*,
        case
            when tokens.feed = 'langfuse' and days_counted.usage_date is not null then 0
            when tokens.feed in ('langfuse', 'litellm') or vendor_days.gateway_tokens = 0 then 1
            else greatest(1 - vendor_days.gateway_tokens / vendor_days.reported_tokens, 0)
        end as part_counted

    from tokens

    left join vendor_days
        on tokens.usage_date = vendor_days.usage_date
            and tokens.vendor is not distinct from vendor_days.vendor

    left join days_counted
        on tokens.usage_date = days_counted.usage_date

)

select * from tokens_weighed
