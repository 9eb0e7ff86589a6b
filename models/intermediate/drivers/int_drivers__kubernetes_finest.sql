{{ config(materialized='view') }}

with

allocations as (

    select * from {{ ref('stg_kubernetes__allocations') }}
    where {{ in_periods() }}

),

allocations_told_apart as (

    select
        *,
        cast(window_start_at as date) as usage_date,
        {{ dbt.datediff('window_start_at', 'window_end_at', 'minute') }} as window_minutes,  -- noqa: LT05
        -- OpenCost's own: __idle__, __unmounted__ and, of a pull by what not all have, __unallocated__.
        allocation_name like '%#_#_%#_#_%' escape '#' as is_special,
        allocation_name like '%#_#_idle#_#_%' escape '#' or allocation_name like '%#_#_unmounted#_#_%' escape '#'
            as is_idle,
        case
            when container_name is not null then 3
            when pod_name is not null then 2
            when namespace_name is not null then 1
            else 0
        end as detail

    from allocations

),

-- A pull of ten hours says nothing of the other fourteen: what covers most of the day counts, and of what covers it
-- equally the finest. An hour in which only __idle__ is reported is covered.
windows_counted as (

    select
        cluster_name,
        usage_date,
        window_minutes,
        row_number() over (
            partition by cluster_name, usage_date
            order by count(distinct window_start_at) * window_minutes desc, window_minutes asc
        ) as place

    from allocations_told_apart

    group by cluster_name, usage_date, window_minutes

),

details_counted as (

    select
        cluster_name,
        usage_date,
        window_minutes,
        detail,
        row_number() over (
            partition by cluster_name, usage_date, window_minutes
            order by count(distinct window_start_at) desc, detail desc
        ) as place

    from allocations_told_apart

    where not is_special

    group by cluster_name, usage_date, window_minutes, detail

),

-- The same day pulled by the hour and by the day, or by pod and by namespace, is one day.
allocations_counted as (

    select allocations_told_apart.*

    from allocations_told_apart

    inner join windows_counted
        on allocations_told_apart.cluster_name is not distinct from windows_counted.cluster_name
            and allocations_told_apart.usage_date = windows_counted.usage_date
            and allocations_told_apart.window_minutes = windows_counted.window_minutes
            and windows_counted.place = 1

    left join details_counted
        on allocations_told_apart.cluster_name is not distinct from details_counted.cluster_name
            and allocations_told_apart.usage_date = details_counted.usage_date
            and allocations_told_apart.window_minutes = details_counted.window_minutes
            and details_counted.place = 1

    where allocations_told_apart.is_special or allocations_told_apart.detail = details_counted.detail

)

select * from allocations_counted
