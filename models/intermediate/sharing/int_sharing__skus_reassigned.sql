{% set thing = 'cost_component, provider_name, service_name, sku, consumed_unit, currency' -%}
with

direct_postings as (

    select * from {{ ref('int_sharing__direct_postings') }}

),

groups as (

    select * from {{ ref('int_charges__groups') }}

),

months_reached as (

    select * from {{ ref('int_sharing__months_reached') }}

),

groups_reassigned as (

    select * from {{ ref('int_sharing__groups_reassigned') }}

),

-- As much of the month before as the new owner has of the month: of the whole month the whole, to the last decimal.
parts as (

    select
        moved.month,
        moved.from_team_id,
        moved.from_project_id,
        moved.team_id,
        moved.project_id,
        moved.evidence,
        postings.cost_component,
        postings.provider_name,
        groups.service_name,
        concat_ws(' ', groups.sku_id, groups.region_id) as sku,
        postings.consumed_unit,
        {% for amount in ['effective_cost', 'consumed_quantity'] -%}
        case
            when moved.days_owned = moved.days_in_all then postings.{{ amount }}
            else {{ part_of('postings.' ~ amount, 'moved.days_owned / moved.days_in_all') }}
        end as {{ amount }},
        {% endfor -%}
        postings.currency

    from groups_reassigned as moved

    inner join months_reached
        on moved.month_before = months_reached.month

    inner join direct_postings as postings
        on moved.month_before = postings.billing_period
            and moved.charge_group_id = postings.charge_group_id
            and moved.owned_from = postings.owned_from
            and moved.from_team_id = postings.team_id
            and moved.from_project_id = postings.project_id
            and months_reached.first_date <= postings.charge_date
            and months_reached.compared_until_date >= least(postings.charge_date, months_reached.last_date)

    inner join groups
        on moved.month_before = groups.billing_period
            and moved.charge_group_id = groups.charge_group_id

),

-- What one gets another gives.
both_sides as (

    select
        month, team_id, project_id, {{ thing }}, effective_cost, consumed_quantity,
        concat('from ', from_team_id, ', ', from_project_id, ', by ', evidence) as reason
    from parts
    union all
    select
        month, from_team_id, from_project_id, {{ thing }}, -effective_cost, -consumed_quantity,
        concat('to ', team_id, ', ', project_id, ', by ', evidence)
    from parts

),

skus_reassigned as (

    select
        month, team_id, project_id, {{ thing }}, reason,
        cast(sum(effective_cost) as decimal(38, 12)) as policy_change,
        cast(sum(consumed_quantity) as decimal(38, 12)) as policy_quantity

    from both_sides

    group by all

)

select * from skus_reassigned
