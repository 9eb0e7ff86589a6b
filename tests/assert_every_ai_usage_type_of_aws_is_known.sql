{#
    A usage type that AWS adds for SageMaker or Bedrock passes with an unknown activity, and nobody sees it. A warning:
    what it cost is charged all the same, and the vendor names new things faster than they can be learned.
#}
{{ config(severity='warn') }}

with

line_items as (

    select * from {{ source('raw', 'aws_cur') }}
    where
        {{ in_periods() }}
        and line_item_line_item_type in ('Usage', 'SavingsPlanCoveredUsage', 'DiscountedUsage')
        and (
            line_item_product_code = 'AmazonSageMaker'
            or line_item_product_code like 'AmazonBedrock%'
            or (
                bill_billing_entity = 'AWS Marketplace'
                and coalesce(product_product_name, {{ json_text('product', 'product_name') }}) like '%Bedrock%'
            )
        )

),

usage_types as (

    select
        line_item_product_code,
        line_item_usage_type,
        coalesce(product_product_name, {{ json_text('product', 'product_name') }}) as product_name,
        product_product_family,
        min(billing_period) as first_billing_period,
        sum(line_item_unblended_cost) as billed_cost

    from line_items

    group by all

)

select
    line_item_product_code as product_code,
    line_item_usage_type as usage_type,
    min(first_billing_period) as first_billing_period,
    sum(billed_cost) as billed_cost,
    'say in macros/aws_cur/aws_cur_activity.sql what it is for, or give its service an activity by a rule' as to_do

from usage_types

where
    {{ aws_cur_activity('line_item_product_code', 'product_name', 'line_item_usage_type') }} is null
    -- Disks and traffic are of whatever runs on them.
    and coalesce({{ aws_cur_component(
        'line_item_product_code', 'product_name', 'product_product_family', 'line_item_usage_type'
    ) }} not in ('storage', 'network'), true)

group by line_item_product_code, line_item_usage_type
