{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

with

usage_lines as (

    select * from {{ ref('stg_oci_cost__usage') }}
    where {{ in_periods() }}

),

-- Oracle meters time in milliseconds, on its own and by the gigabyte; other units are kept as they are.
drivers_named as (

    select
        *,
        case
            when consumed_unit = 'GB_MS' and service_name like '%MEMORY%' then 'memory_gib_hours_requested'
            when consumed_unit = 'GB_MS' then 'storage_gib_hours'
            when consumed_unit = 'MS' and metered_resource like '%GPU%' then 'gpu_hours_requested'
            when consumed_unit = 'MS' and service_name = 'COMPUTE' then 'cpu_core_hours_requested'
            when consumed_unit = 'MS' then 'hours'
            else lower(consumed_unit)
        end as driver,
        case consumed_unit
            when 'GB_MS' then 'GiB-hours'
            when 'MS' then 'hours'
            else lower(consumed_unit)
        end as unit,
        cast(
            case
                when consumed_unit in ('GB_MS', 'MS')
                    then {{ divided('cast(consumed_quantity as decimal(30, 6))', 3600000) }}
                else consumed_quantity
            end as decimal(38, 12)
        ) as quantity

    from usage_lines

),

-- Corrections are lines of their own, and summed.
drivers_summed as (

    select
        billing_period,
        usage_date,
        'oci_cost' as feed,
        driver,
        unit,
        sum(quantity) as quantity,
        account_id,
        'Oracle' as provider_name,
        resource_id,
        cast(null as varchar) as model_name,
        cast(null as varchar) as key_id,
        cast(null as varchar) as user_hash,
        cast(null as varchar) as stated_team,
        cast(null as varchar) as stated_project,
        cast(null as varchar) as stated_stage,
        cast(null as varchar) as stated_activity,
        tags,
        delivery_id

    from drivers_named

    group by all

)

select * from drivers_summed
