{# Where the policy names a team or project: the lowest place says how it is written. #}
{% set registers = [
    ('team', 'teams', 'team_id', 'team_id', 1), ('team', 'teams', 'team_name', 'team_id', 2),
    ('project', 'projects', 'project_id', 'project_id', 1), ('project', 'projects', 'project_name', 'project_id', 2),
] %}
{% set elsewhere = [
    ('team', 'projects', 'team_id'), ('team', 'pools', 'owner_team_id'),
    ('team', 'ownership_rules', 'team_id'), ('project', 'ownership_rules', 'project_id'),
    ('team', 'tag_overrides', 'team_id'), ('project', 'tag_overrides', 'project_id'),
    ('team', 'pool_targets', 'team_id'), ('project', 'pool_targets', 'project_id'),
] %}

with

names_given as (

    {% for dimension, register, name, id, place in registers -%}
    select '{{ dimension }}' as dimension, {{ name }} as given_name, {{ id }} as id, {{ place }} as place
    from {{ ref(register) }}
    union all
    {% endfor -%}
    select dimension, canonical_value as given_name, canonical_value as id, 3 as place from {{ ref('tag_values') }}
    where dimension in ('team', 'project')
    {% for dimension, file, column in elsewhere -%}
    union all
    select '{{ dimension }}' as dimension, {{ column }} as given_name, {{ column }} as id, 4 as place
    from {{ ref(file) }}
    {% endfor %}

),

names_known as (

    select
        dimension,
        {{ name_key('given_name') }} as name_key,
        min_by(id, (place, id)) as id,
        min(place) < 3 as is_registered

    from names_given

    where given_name is not null

    group by dimension, {{ name_key('given_name') }}

)

select * from names_known
