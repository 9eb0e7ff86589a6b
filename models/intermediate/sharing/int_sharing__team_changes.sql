-- A journal: what a build changed is known in that build only, so no refresh may empty it.
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='fail',
) }}

with

ledger as (

    select * from {{ ref('int_sharing__ledger') }}
    where {{ in_periods('posting_period') }}

),

totals_now as (

    select
        posting_period,
        team_id,
        currency,
        sum(effective_cost) as total_cost,
        sum(billed_cost) as billed_cost

    from ledger

    group by posting_period, team_id, currency

),

{% if not is_incremental() %}
nothing_before as (

    select
        *,
        total_cost as total_cost_change,
        billed_cost as billed_cost_change

    from totals_now where false

),
{% endif %}

totals_before as (

    select
        posting_period,
        team_id,
        currency,
        sum(total_cost_change) as total_cost,
        sum(billed_cost_change) as billed_cost

    {% if is_incremental() %}
    from {{ this }}
    where {{ in_periods('posting_period') }}
    {% else %}
    from nothing_before
    {% endif %}

    group by posting_period, team_id, currency

),

totals_compared as (

    select
        posting_period,
        team_id,
        currency,
        cast(coalesce(totals_before.total_cost, 0) as decimal(38, 12)) as total_cost_before,
        cast(coalesce(totals_now.total_cost, 0) as decimal(38, 12)) as total_cost,
        cast(coalesce(totals_before.billed_cost, 0) as decimal(38, 12)) as billed_cost_before,
        cast(coalesce(totals_now.billed_cost, 0) as decimal(38, 12)) as billed_cost

    from totals_now

    full outer join totals_before
        using (posting_period, team_id, currency)

),

changes as (

    select
        *,
        cast(total_cost - total_cost_before as decimal(38, 12)) as total_cost_change,
        cast(billed_cost - billed_cost_before as decimal(38, 12)) as billed_cost_change,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp) as changed_at

    from totals_compared

    where total_cost <> total_cost_before or billed_cost <> billed_cost_before

)

select * from changes
