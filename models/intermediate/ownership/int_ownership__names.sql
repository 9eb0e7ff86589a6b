with

statements as (

    select billing_period, dimension, stated_value from {{ ref('int_ownership__statements') }}
    {% for dimension in ['team', 'project', 'lifecycle_stage', 'ai_activity'] -%}
    union all
    select billing_period, '{{ dimension }}', {{ dimension }} from {{ ref('int_ownership__usage_statements') }}
    where {{ dimension }} is not null
    {% endfor %}
    union all
    select billing_period, dimension, stated_value from {{ ref('int_ownership__link_words') }}
    where stated_value is not null

),

tag_values as (

    select
        dimension,
        {{ fold('tag_value') }} as folded_value,
        min(canonical_value) as canonical_value

    from {{ ref('tag_values') }}

    group by all

),

names_known as (

    select * from {{ ref('int_ownership__names_known') }}

),

values_stated as (

    select
        dimension,
        stated_value,
        min(billing_period) as first_period

    from statements

    group by dimension, stated_value

),

values_mapped as (

    select
        values_stated.dimension,
        values_stated.stated_value,
        values_stated.first_period,
        tag_values.canonical_value,
        coalesce(tag_values.canonical_value, values_stated.stated_value) as meant_value

    from values_stated

    left join tag_values
        on values_stated.dimension = tag_values.dimension
            and {{ fold('values_stated.stated_value') }} = tag_values.folded_value

),

-- Nobody knows it: it keeps its own name, in the spelling that was billed first.
names_resolved as (

    select
        values_mapped.dimension,
        values_mapped.stated_value,
        case
            when values_mapped.dimension in ('lifecycle_stage', 'ai_activity')
                then coalesce(values_mapped.canonical_value, 'unknown')
            else
                coalesce(
                    names_known.id,
                    first_value(values_mapped.meant_value) over (
                        partition by values_mapped.dimension, {{ name_key('values_mapped.meant_value') }}
                        order by values_mapped.first_period, values_mapped.meant_value
                    )
                )
        end as id,
        coalesce(names_known.is_registered, false) as is_registered

    from values_mapped

    left join names_known
        on values_mapped.dimension = names_known.dimension
            and {{ name_key('values_mapped.meant_value') }} = names_known.name_key

)

select * from names_resolved
