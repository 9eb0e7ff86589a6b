{{ config(materialized='view') }}

with

accounts_used as (

    select distinct billing_period, usage_date, feed, account_id, sub_account_id
    from {{ ref('int_ownership__usage_statements') }}
    where {{ in_periods() }}

),

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

owners as (

    select * from {{ ref('int_ownership__owners') }}
    where {{ in_periods() }}

),

-- Where the charges of one account have several owners, nothing says whose its use is.
accounts_owned as (

    select
        accounts_used.billing_period,
        accounts_used.usage_date,
        accounts_used.feed,
        accounts_used.account_id,
        {% for column in ['project_id', 'lifecycle_stage', 'ai_activity'] -%}
        case when min(owners.{{ column }}) = max(owners.{{ column }}) then min(owners.{{ column }}) end as {{ column }},
        {% endfor -%}
        -- What the charges share with others, its use is not one team's.
        case
            when min(owners.team_id) = max(owners.team_id) and count(owners.pool_id) = 0
                then nullif(min(owners.team_id), 'unallocated')
        end as team_id,
        accounts_used.sub_account_id

    from accounts_used

    inner join groups
        on accounts_used.billing_period = groups.billing_period
            and accounts_used.feed = groups.feed
            and accounts_used.account_id = groups.billing_account_id
            and accounts_used.sub_account_id = groups.sub_account_id

    inner join owners
        on groups.billing_period = owners.billing_period
            and groups.charge_group_id = owners.charge_group_id
            and accounts_used.usage_date >= owners.valid_from
            and accounts_used.usage_date < owners.valid_to

    group by all

)

select * from accounts_owned
