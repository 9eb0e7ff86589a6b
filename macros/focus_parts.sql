{#
    What the charges of a pool and day (of a stage apart, where they are split so), and what a license's day is split
    into: a row per owner in the end, with his ratio in the words of FOCUS. Ratios of a split sum to exactly 1.
#}
{% macro focus_parts() -%}
    {%- set split = 'billing_period, charge_date, split_id, split_stage' -%}
    {%- set owner = 'team_id, project_id, lifecycle_stage, ai_activity' -%}
    {%- set way = 'method_id, via_pool_id, policy_id, rung, method, drivers, window_days, passed, weight,'
        ~ ' total_weight' -%}
    {%- set license_day = 'billing_period, charge_date, split_id' -%}
    with

    license_groups as (

        select * from {{ ref('ownership') }}
        where {{ is_license_day() }}

    ),

    postings as (

        select * from {{ ref('ledger') }}
        where posting_kind = 'direct'

    ),

    parts_of_pools as (

        {{ pool_parts() }}

    ),

    -- The same once more: what a reader asks of one month is then asked of both.
    parts_of_seats as (

        {{ pool_parts() }}

    ),

    seats as (

        select
            postings.billing_period,
            postings.charge_date,
            {{ license_key('license_groups.resource_id') }} as split_id,
            postings.pool_id,
            postings.team_id,
            postings.project_id,
            postings.lifecycle_stage,
            postings.ai_activity,
            sum(postings.effective_cost_in_billing_currency) as effective_cost

        from license_groups

        inner join postings
            on license_groups.month = postings.billing_period
                and license_groups.charge_group_id = postings.charge_group_id
                and postings.charge_date >= license_groups.valid_from
                and postings.charge_date < license_groups.valid_to

        group by all

    ),

    -- Of a license that costs nothing all holders have the same.
    seats_weighed as (

        select
            *,
            count(*) over (partition by {{ license_day }}) as holders,
            coalesce(
                cast(effective_cost as double)
                / nullif(cast(sum(effective_cost) over (partition by {{ license_day }}) as double), 0),
                1 / count(*) over (partition by {{ license_day }})
            ) as seat_share

        from seats

    ),

    -- One holder who shares nothing has the charge as it is.
    ways_of_seats as (

        select
            seats_weighed.billing_period,
            seats_weighed.charge_date,
            seats_weighed.split_id,
            '' as split_stage,
            coalesce(parts.team_id, seats_weighed.team_id) as team_id,
            coalesce(parts.project_id, seats_weighed.project_id) as project_id,
            coalesce(parts.lifecycle_stage, seats_weighed.lifecycle_stage) as lifecycle_stage,
            seats_weighed.ai_activity,
            seats_weighed.seat_share * coalesce(parts.allocated_ratio, 1) as ratio,
            case when seats_weighed.holders > 1 or parts.pool_id is not null then 'seats' end as method_id,
            parts.via_pool_id,
            parts.policy_id,
            parts.rung,
            coalesce(parts.method, 'seats') as method,
            parts.drivers,
            parts.window_days,
            seats_weighed.seat_share * coalesce(parts.passed, 1) as passed,
            parts.weight,
            parts.total_weight

        from seats_weighed

        left join parts_of_seats as parts
            on seats_weighed.billing_period = parts.billing_period
                and seats_weighed.charge_date = parts.charge_date
                and seats_weighed.pool_id = parts.pool_id
                and parts.split_stage in ('', seats_weighed.lifecycle_stage)

    ),

    ways_of_pools as (

        select
            *,
            pool_id as split_id,
            cast(null as varchar) as ai_activity,
            allocated_ratio as ratio,
            origin_policy_id as method_id

        from parts_of_pools

    ),

    ways as (

        select {{ split }}, {{ owner }}, {{ way }}, cast(ratio as decimal(38, 18)) as ratio from ways_of_seats
        union all
        select {{ split }}, {{ owner }}, {{ way }}, ratio from ways_of_pools

    ),

    -- The ratios of a charge are exactly one: the largest takes what rounding left.
    ways_whole as (

        select
            *,
            cast(case
                when row_number() over (
                    partition by {{ split }} order by ratio desc, via_pool_id asc, policy_id asc, {{ owner }}
                ) = 1 then ratio + 1 - sum(ratio) over (partition by {{ split }})
                else ratio
            end as decimal(38, 18)) as allocated_ratio

        from ways

    ),

    ways_told as (

        select
            *,
            -- The digits of a decimal, which JSON functions would round.
            concat('{"AllocatedRatio":', cast(allocated_ratio as varchar), ',', substr({{ json_tags({
                'UsageUnit': "case when method in ('weighted', 'tiered') then 'Millionths' "
                    ~ "when method in ('driver', 'proportional') then drivers "
                    ~ "when weight is not null then 'Weight' end",
                'UsageQuantity': 'cast(weight as double)',
                'x_TotalUsageQuantity': 'cast(total_weight as double)',
                'x_PassedRatio': 'cast(passed as double)',
                'x_PoolId': 'via_pool_id',
                'x_PolicyId': 'policy_id',
                'x_Method': 'method',
                'x_Drivers': 'drivers',
                'x_Rung': 'rung',
                'x_WindowDays': 'window_days',
            }) }}, 2)) as element

        from ways_whole

    ),

    parts as (

        select
            {{ split }},
            {{ owner }},
            method_id,
            sum(allocated_ratio) as ratio,
            {{ dbt.listagg('element', "','", 'order by allocated_ratio desc, via_pool_id, policy_id') }} as elements

        from ways_told

        group by {{ split }}, {{ owner }}, method_id

    ),

    parts_described as (

        select
            *,
            case when method_id is not null then concat('{"Elements":[', elements, ']}') end as details,
            case when method_id is not null then concat_ws('/', team_id, nullif(project_id, 'unallocated')) end
                as resource_id,
            case
                when method_id is not null
                    then {{ json_tags({'team': 'team_id', 'project': 'project_id', 'stage': 'lifecycle_stage'}) }}
            end as tags,
            row_number() over (partition by {{ split }} order by ratio desc, {{ owner }}) = 1 as takes_remainder

        from parts

    )

    select * from parts_described
{%- endmacro %}
