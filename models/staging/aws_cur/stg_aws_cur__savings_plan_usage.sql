with

line_items as (

    select * from {{ source('raw', 'aws_cur') }}
    where line_item_line_item_type in ('SavingsPlanCoveredUsage', 'SavingsPlanNegation')

),

line_items_renamed as (

    select
        delivery_id,
        billing_period,
        bill_payer_account_id as billing_account_id,
        savings_plan_savings_plan_a_r_n as commitment_discount_id,
        line_item_usage_start_date as charge_period_start_at,
        line_item_line_item_type = 'SavingsPlanNegation' as is_negation,
        coalesce(line_item_unblended_cost, 0) as on_demand_value

    from line_items

)

select * from line_items_renamed
