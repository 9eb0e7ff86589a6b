{{ config(materialized='incremental', incremental_strategy='replace_periods', on_schema_change='fail') }}

{% set own_name = "case when tag_keys.dimension not in ('lifecycle_stage', 'ai_activity') then stated_value end" %}
{% set meant_value = 'coalesce(tag_values.canonical_value, ' ~ own_name ~ ')' %}

with

groups as (

    select * from {{ ref('int_charges__groups') }}
    where {{ in_periods() }}

),

quantities as (

    select * from {{ ref('int_drivers__quantities') }}
    where {{ in_periods() }}

),

link_uses as (

    select * from {{ ref('int_ownership__link_uses') }}

),

tag_keys as (

    select dimension, tag_key, priority, {{ fold(without_prefix('tag_key')) }} as folded_key
    from {{ ref('tag_keys') }}

),

tag_values as (

    select dimension, {{ fold('tag_value') }} as folded_value, min(canonical_value) as canonical_value
    from {{ ref('tag_values') }}
    group by all

),

tag_sets as (

    select billing_period, tags from groups where tags is not null
    union distinct
    select billing_period, tags from quantities where tags is not null
    union distinct
    select billing_period, tags from link_uses where tags is not null

),

tags_listed as (

    select
        tag_sets.billing_period,
        tag_sets.tags,
        pairs.key as tag_key,
        {{ trimmed('pairs.value') }} as stated_value

    from tag_sets

    cross join lateral {{ json_pairs('tag_sets.tags') }} as pairs

),

-- Of two keys of one dimension on one resource the better priority is believed, then the alphabet; of those whose value
-- says anything, for a stage that no list knows is none.
tag_statements as (

    select
        tags_listed.billing_period,
        tags_listed.tags,
        tag_keys.dimension,
        tags_listed.tag_key,
        tags_listed.stated_value,
        row_number() over (
            partition by tags_listed.billing_period, tags_listed.tags, tag_keys.dimension
            order by
                coalesce({{ is_said(meant_value) }}, false) desc,
                tag_keys.priority nulls last, tag_keys.tag_key, tags_listed.tag_key, tags_listed.stated_value
        ) as place

    from tags_listed

    inner join tag_keys
        on {{ fold(without_prefix('tags_listed.tag_key')) }} = tag_keys.folded_key

    left join tag_values
        on tag_keys.dimension = tag_values.dimension
            and {{ fold('tags_listed.stated_value') }} = tag_values.folded_value

    -- A dash is what forms and scripts write where there is nothing to write.
    where {{ fold('tags_listed.stated_value') }} <> ''

)

select * from tag_statements
