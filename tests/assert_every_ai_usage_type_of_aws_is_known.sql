{#
    A usage type that AWS adds for SageMaker or Bedrock passes with an unknown activity, and nobody sees it. A warning:
    what it cost is charged all the same, and the vendor names new things faster than they can be learned. Disks and
    traffic are of whatever runs on them.
#}
{{ config(severity='warn') }}

select
    service_name,
    sku_id,
    min(billing_period) as first_billing_period,
    sum(effective_cost) as effective_cost,
    concat(
        'ask the bill what it is: select distinct line_item_usage_type from raw.aws_cur where product_sku = ''', sku_id,
        '''; then say in macros/aws_cur/aws_cur_activity.sql what it is for'
    ) as to_do

from {{ ref('int_charges__daily') }}

where
    {{ in_periods() }}
    and feed = 'aws_cur'
    and (lower(service_name) like '%sagemaker%' or lower(service_name) like '%bedrock%')
    and charge_category = 'Usage'
    and cost_component not in ('storage', 'network')
    and activity_hint is null

group by service_name, sku_id
