{#
    What a line item consumed, after discounts where the report has them: the same as `effective`
    in orchestration/feeds/aws_cur.py, which landing sums. Of the two fees it is the part that
    nobody used; the rest is in the usage that they cover. The rows of split cost allocation
    share out what their instance cost already: stg_aws_cur__charges moves it to them.
#}
{% macro aws_cur_effective_cost() -%}
    case
        when split_line_item_parent_resource_id is not null then 0
        when line_item_line_item_type = 'SavingsPlanCoveredUsage'
            then coalesce(savings_plan_net_savings_plan_effective_cost, savings_plan_savings_plan_effective_cost)
        when line_item_line_item_type = 'SavingsPlanRecurringFee'
            then savings_plan_total_commitment_to_date - savings_plan_used_commitment
        when line_item_line_item_type = 'DiscountedUsage'
            then coalesce(reservation_net_effective_cost, reservation_effective_cost)
        when line_item_line_item_type = 'RIFee'
            then
                coalesce(
                    reservation_net_unused_amortized_upfront_fee_for_billing_period,
                    reservation_unused_amortized_upfront_fee_for_billing_period,
                    0
                )
                + coalesce(reservation_net_unused_recurring_fee, reservation_unused_recurring_fee, 0)
        when
            line_item_line_item_type in ('SavingsPlanNegation', 'SavingsPlanUpfrontFee')
            or (line_item_line_item_type = 'Fee' and reservation_reservation_a_r_n is not null)
            or (line_item_line_item_type = 'Refund' and line_item_product_code like '%SavingsPlans')
            then 0
        else coalesce(line_item_net_unblended_cost, line_item_unblended_cost)
    end
{%- endmacro %}
