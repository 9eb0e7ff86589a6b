{% set assigned = {
    'team': 'team_id', 'pool': 'pool_id', 'project': 'project_id', 'lifecycle_stage': 'lifecycle_stage',
    'ai_activity': 'ai_activity',
} %}

with

rules as (

    select * from {{ ref('ownership_rules') }}

),

rules_weighed as (

    select
        *,
        case
            when field in ('account', 'sub_account') then 'account'
            when field in ('partition', 'queue', 'qos') then 'scheduler'
            when field = 'component' then 'component'
            when field in ('provider', 'service', 'service_category', 'sku', 'region', 'charge_category') then 'service'
            -- The id itself, or what its name looks like.
            when operator = 'equals' then 'id'
            -- Whatever its name: that nobody used it is on the bill.
            when field = 'unused_commitment' then 'service'
            else 'name'
        end as evidence

    from rules

),

-- What a rule says of each dimension; a pool is an answer to whose it is.
rule_statements as (

    {% for dimension, column in assigned.items() -%}
    select
        rule_id,
        priority,
        '{{ 'team' if dimension == 'pool' else dimension }}' as dimension,
        {{ column }} as answer,
        {{ 'true' if dimension == 'pool' else 'false' }} as is_pool,
        evidence,
        case
            when evidence = 'id' or (evidence = 'account' and operator = 'equals') then 'strong'
            when evidence = 'name' then 'weak'
            else 'medium'
        end as confidence,
        coalesce(valid_from, date '0001-01-01') as valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to
    from rules_weighed
    where {{ column }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from rule_statements
