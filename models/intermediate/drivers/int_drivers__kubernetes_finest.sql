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

-- The same day pulled by the hour and by the day, or by pod and by namespace, is one day: the finest counts.
allocations_ranked as (

    select
        *,
        min(window_minutes) over (partition by cluster_name, usage_date) as shortest_minutes,
        max(case when not is_special then detail end)
            over (partition by cluster_name, usage_date, window_minutes) as finest_detail

    from allocations_told_apart

)

select * from allocations_ranked where window_minutes = shortest_minutes and (is_special or detail = finest_detail)
