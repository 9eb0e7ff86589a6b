{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set first_date = "cast(concat(owners.billing_period, '-01') as date)" -%}
with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where {{ in_periods() }}

),

groups_identified as (

    select
        billing_period,
        charge_group_id,
        {{ charge_group_id({'invoice_id': 'null'}) }} as lasting_group_id

    from groups

),

-- Who owns it outside of its month owns late corrections alone.
lasting_groups as (

    select
        owners.billing_period,
        owners.charge_group_id,
        owners.valid_from,
        owners.valid_to,
        groups_identified.lasting_group_id,
        {% for question in ['owner', 'project'] -%}
        concat_ws(
            ' ',
            case
                when owners.{{ question }}_evidence in ('override', 'register', 'tag', 'link', 'hint', 'none')
                    then owners.{{ question }}_evidence
                else 'rule'
            end,
            owners.{{ question }}_cause
        ) as {{ question }}_evidence,
        {% endfor -%}
        owners.team_id,
        owners.project_id

    from owners

    inner join groups_identified
        on owners.billing_period = groups_identified.billing_period
            and owners.charge_group_id = groups_identified.charge_group_id

    where owners.valid_from < {{ dbt.dateadd('month', 1, first_date) }} and owners.valid_to > {{ first_date }}

)

select * from lasting_groups
