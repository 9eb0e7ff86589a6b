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

teams as (

    select * from {{ ref('teams') }}

),

projects as (

    select * from {{ ref('projects') }}

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

names_registered as (

    select 'team' as dimension, {{ name_key('team_id') }} as name_key, team_id as id, 1 as place from teams
    union all
    select 'team', {{ name_key('team_name') }}, team_id, 2 from teams where team_name is not null
    union all
    select 'project', {{ name_key('project_id') }}, project_id, 1 from projects
    union all
    select 'project', {{ name_key('project_name') }}, project_id, 2 from projects where project_name is not null

),

names_known as (

    select
        dimension,
        name_key,
        min_by(id, (place, id)) as id

    from names_registered

    group by dimension, name_key

),

-- No register lists it: it keeps its own name, in the spelling that was billed first.
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
                    values_mapped.canonical_value,
                    first_value(values_mapped.meant_value) over (
                        partition by values_mapped.dimension, {{ name_key('values_mapped.meant_value') }}
                        order by values_mapped.first_period, values_mapped.meant_value
                    )
                )
        end as id,
        names_known.id is not null as is_registered

    from values_mapped

    left join names_known
        on values_mapped.dimension = names_known.dimension
            and {{ name_key('values_mapped.meant_value') }} = names_known.name_key

)

select * from names_resolved
