{% set components = cost_components() -%}
{% set stage = 'project_id, lifecycle_stage, currency' -%}
with

stage_days as (

    select
        *,
        -- What came late is of another month's days.
        case when {{ month_of('charge_date') }} = month then nullif(total_cost, 0) end as cost_of_day

    from {{ ref('int_sharing__stage_days') }}

),

months as (

    select
        month,
        {{ stage }},
        cast(month || '-01' as date) as first_date,
        sum(total_cost) as total_cost,
        count(cost_of_day) as active_days,
        sum(cost_of_day) as cost_of_days,
        {% for component in components -%}
        sum({{ component }}_cost) / nullif(sum(total_cost), 0) as {{ component }}_share,
        {% endfor -%}
        max(cost_of_day) as peak_cost_per_day

    from stage_days

    group by all

),

-- Of money and days, not of their quotients: a month with one day does not weigh as much as a whole one.
months_compared as (

    select
        *,
        {{ divided('cost_of_days', 'nullif(active_days, 0)') }} as cost_per_day,
        {% for name, months in {'month_before': 1, 'six_months_before': 6}.items() -%}
        {{ divided('sum(cost_of_days) over ' ~ name, 'nullif(sum(active_days) over ' ~ name ~ ', 0)') }}
            as cost_per_day_{{ name }},
        {% endfor -%}
        count(*) over six_months_before as months_before

    from months

    window
        month_before as (
            partition by {{ stage }} order by first_date
            range between interval 1 month preceding and interval 1 month preceding
        ),
        six_months_before as (
            partition by {{ stage }} order by first_date
            range between interval 6 month preceding and interval 1 month preceding
        )

),

stage_profiles as (

    select
        month,
        {{ stage }},
        cast(total_cost as decimal(38, 12)) as total_cost,
        cast(active_days as integer) as active_days,
        cast(cost_per_day as decimal(38, 12)) as cost_per_day,
        cast(peak_cost_per_day as decimal(38, 12)) as peak_cost_per_day,
        cast(case when cost_per_day > 0 then peak_cost_per_day / cost_per_day end as double) as peak_to_mean,
        {% for component in components -%}
        cast({{ component }}_share as double) as {{ component }}_share,
        {% endfor -%}
        cast(cost_per_day_month_before as decimal(38, 12)) as cost_per_day_month_before,
        {{ percent_change('cost_per_day', 'cost_per_day_month_before') }} as change_from_month_before_percent,
        cast(months_before as integer) as months_before,
        cast(cost_per_day_six_months_before as decimal(38, 12)) as cost_per_day_six_months_before,
        {{ percent_change('cost_per_day', 'cost_per_day_six_months_before') }} as change_from_six_months_before_percent

    from months_compared

)

select * from stage_profiles
