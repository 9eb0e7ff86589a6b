with

line_items as (

    select * from {{ source('raw', 'aws_cur') }}
    where line_item_line_item_type <> 'SavingsPlanNegation'

),

fees as (

    select * from {{ source('raw', 'aws_cur') }}
    where line_item_line_item_type in ('SavingsPlanRecurringFee', 'RIFee') and {{ aws_cur_effective_cost() }} <> 0

),

containers as (

    select * from {{ source('raw', 'aws_cur') }}
    where split_line_item_parent_resource_id is not null

),

instances as (

    select
        *,
        {{ aws_cur_effective_cost() }} as own_effective_cost

    from {{ source('raw', 'aws_cur') }}

    where
        line_item_line_item_type in ('Usage', 'SavingsPlanCoveredUsage', 'DiscountedUsage')
        and line_item_usage_type like '%Usage%'
        and split_line_item_parent_resource_id is null

),

-- All by month, though a delivery has one: so that the build of a month reads no other.
hours_taken as (

    select
        billing_period,
        delivery_id,
        split_line_item_parent_resource_id as resource_id,
        line_item_usage_start_date as started_at,
        sum({{ aws_cur_split_cost() }}) as effective_cost

    from containers

    group by billing_period, delivery_id, split_line_item_parent_resource_id, line_item_usage_start_date

),

-- An hour that a commitment covers in part has several line items: the largest gives for all.
hours_given as (

    select
        hours_taken.billing_period,
        hours_taken.delivery_id,
        hours_taken.resource_id,
        hours_taken.started_at,
        hours_taken.effective_cost,
        instances.file_id as giving_file_id,
        instances.source_row as giving_source_row,
        row_number() over (
            partition by
                hours_taken.billing_period, hours_taken.delivery_id, hours_taken.resource_id, hours_taken.started_at
            order by instances.own_effective_cost desc, instances.file_id asc, instances.source_row asc
        ) as place

    from hours_taken

    inner join instances
        on hours_taken.billing_period = instances.billing_period
            and hours_taken.delivery_id = instances.delivery_id
            and hours_taken.resource_id = instances.line_item_resource_id
            and hours_taken.started_at = instances.line_item_usage_start_date

),

-- A fee is bought as a whole; what of it nobody used is a charge of its own.
line_items_parted as (

    select *, {{ aws_cur_effective_cost() }} as own_effective_cost, false as is_unused from line_items
    union all
    select *, {{ aws_cur_effective_cost() }} as own_effective_cost, true as is_unused from fees

),

line_items_shared as (

    select
        line_items_parted.*,
        hours_given.giving_file_id,
        hours_given.giving_source_row,
        hours_given.effective_cost as given_effective_cost

    from line_items_parted

    left join hours_given
        on line_items_parted.billing_period = hours_given.billing_period
            and line_items_parted.delivery_id = hours_given.delivery_id
            and coalesce(
                line_items_parted.split_line_item_parent_resource_id, line_items_parted.line_item_resource_id
            ) = hours_given.resource_id
            and line_items_parted.line_item_usage_start_date = hours_given.started_at
            and hours_given.place = 1

),

line_items_named as (

    select
        *,
        coalesce(product_product_name, {{ json_text('product', 'product_name') }}) as product_name,
        -- user:project and user_project are one tag, whichever map has it; legacy reports have no maps.
        case
            when coalesce(resource_tags, tags, cost_category) is null then tag_columns
            else {{ tags_united(
                ['resource_tags', 'tags', 'cost_category'], '^user[:_]', ['aws:createdBy', 'aws_created_by']
            ) }}
        end as tags_united,
        case
            when is_unused or line_item_line_item_type in ('Usage', 'SavingsPlanCoveredUsage', 'DiscountedUsage')
                then 'Usage'
            when line_item_line_item_type = 'Tax' then 'Tax'
            when line_item_line_item_type = 'Refund' then 'Adjustment'
            when line_item_line_item_type = 'Credit' or line_item_line_item_type like '%Discount' then 'Credit'
            else 'Purchase'
        end as charge_category

    from line_items_shared

),

charges_renamed as (

    select
        delivery_id,
        concat(file_id, '-', source_row, case when is_unused then '-unused' else '' end) as charge_id,
        billing_period,
        cast(line_item_usage_start_date as date) as charge_date,
        cast(
            case
                when is_unused or line_item_line_item_type = 'SavingsPlanCoveredUsage' then 0
                else coalesce(line_item_unblended_cost, 0)
            end as decimal(38, 12)
        ) as billed_cost,
        cast(
            case
                when is_unused then own_effective_cost
                when line_item_line_item_type in ('SavingsPlanRecurringFee', 'RIFee') then 0
                -- Without its instance on the bill, a container's part is of somebody else's bill.
                when split_line_item_parent_resource_id is not null
                    then case when giving_file_id is null then 0 else {{ aws_cur_split_cost() }} end
                when file_id = giving_file_id and source_row = giving_source_row
                    then own_effective_cost - given_effective_cost
                else own_effective_cost
            end as decimal(38, 12)
        ) as effective_cost,
        case when not is_unused then pricing_public_on_demand_cost end as list_cost,
        case when not is_unused and line_item_line_item_type <> 'DiscountedUsage' then line_item_unblended_cost end
            as contracted_cost,
        bill_payer_account_id as billing_account_id,
        bill_payer_account_name as billing_account_name,
        line_item_usage_account_id as sub_account_id,
        line_item_usage_account_name as sub_account_name,
        line_item_currency_code as billing_currency,
        bill_billing_period_start_date as billing_period_start_at,
        bill_billing_period_end_date as billing_period_end_at,
        line_item_usage_start_date as charge_period_start_at,
        line_item_usage_end_date as charge_period_end_at,
        charge_category,
        case when line_item_line_item_type = 'Refund' then 'Correction' end as charge_class,
        line_item_line_item_description as charge_description,
        case
            when charge_category = 'Usage' then 'Usage-Based'
            when line_item_line_item_type in ('SavingsPlanRecurringFee', 'RIFee', 'FlatRateSubscription')
                then 'Recurring'
            else 'One-Time'
        end as charge_frequency,
        'AWS' as provider_name,
        case when bill_billing_entity = 'AWS Marketplace' then line_item_legal_entity else 'AWS' end as publisher_name,
        coalesce(bill_invoicing_entity, line_item_legal_entity, 'AWS') as invoice_issuer_name,
        bill_invoice_id as invoice_id,
        {{ aws_cur_service_category('line_item_product_code', 'product_name') }} as service_category,
        coalesce(product_name, product_servicecode, line_item_product_code, 'Unknown') as service_name,
        product_sku as sku_id,
        pricing_rate_code as sku_price_id,
        line_item_usage_type as sku_meter,
        line_item_resource_id as resource_id,
        coalesce(product_region_code, product_region, {{ json_text('product', 'region') }}) as region_id,
        line_item_availability_zone as availability_zone,
        case when charge_category = 'Usage' and not is_unused then line_item_usage_amount end as consumed_quantity,
        case
            when charge_category = 'Usage' and not is_unused and line_item_usage_amount is not null
                then coalesce(pricing_unit, 'Units')
        end as consumed_unit,
        case when pricing_unit is not null then line_item_usage_amount end as pricing_quantity,
        pricing_unit,
        coalesce(savings_plan_savings_plan_a_r_n, reservation_reservation_a_r_n) as commitment_discount_id,
        case
            when savings_plan_savings_plan_a_r_n is not null then 'Spend'
            when reservation_reservation_a_r_n is not null then 'Usage'
        end as commitment_discount_category,
        case
            when savings_plan_savings_plan_a_r_n is not null then 'Savings Plan'
            when reservation_reservation_a_r_n is not null then 'Reservation'
        end as commitment_discount_type,
        case
            when coalesce(savings_plan_savings_plan_a_r_n, reservation_reservation_a_r_n) is null then null
            when is_unused then 'Unused'
            when line_item_line_item_type in ('SavingsPlanCoveredUsage', 'DiscountedUsage') then 'Used'
        end as commitment_discount_status,
        -- Who called is a field of its own; as a tag it says whose a call is.
        case
            when line_item_iam_principal is null then tags_united
            else {{ json_tags({'aws:iam_principal': aws_cur_principal()}, 'tags_united') }}
        end as tags,
        {{ aws_cur_component(
            'line_item_product_code', 'product_name', 'product_product_family', 'line_item_usage_type'
        ) }} as stated_component,
        case
            when is_unused then 'idle'
            else {{ aws_cur_activity('line_item_product_code', 'product_name', 'line_item_usage_type') }}
        end as activity_hint

    from line_items_named

)

select * from charges_renamed
