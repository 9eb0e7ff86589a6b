with

days as (

    select * from {{ ref('int_drivers__estimates_vs_bill') }}

),

-- A day is compared where it has both sides, and weighs by its money: a day of ten calls says little.
days_compared as (

    select
        *,
        case when estimated_cost > 0 and billed_cost is not null then billed_cost end as compared_billed_cost,
        case when estimated_cost > 0 and billed_cost is not null then estimated_cost end as compared_estimated_cost

    from days

),

ratios as (

    select
        *,
        cast(compared_billed_cost as double) / cast(compared_estimated_cost as double) as billed_over_estimated,
        cast(sum(compared_billed_cost) over week_before as double)
        / cast(sum(compared_estimated_cost) over week_before as double) as usual_billed_over_estimated

    from days_compared

    window
        week_before as (
            partition by provider_name, model_name, currency order by charge_date
            range between interval 7 day preceding and interval 1 day preceding
        )

),

gateway_vs_bill as (

    select
        billing_period as month,
        charge_date,
        provider_name,
        model_name,
        currency,
        billed_cost,
        effective_cost,
        estimated_cost,
        tokens_priced,
        tokens_unpriced,
        billed_over_estimated,
        usual_billed_over_estimated,
        {{ percent_change('billed_over_estimated', 'usual_billed_over_estimated') }} as drift_percent

    from ratios

)

select * from gateway_vs_bill
