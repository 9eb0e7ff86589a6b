{# One by one they would each search all values: so many together first say in which of them one may be found. #}
{% set together = 20 %}
{% set batches = [] %}
{% for column, of_column in searched_rules(ref('ownership_rules')) | groupby('column') -%}
    {% for field, of_field in of_column | groupby('field') -%}
        {% for batch in of_field | batch(together) %}{% do batches.append(batch) %}{% endfor %}
    {%- endfor %}
{%- endfor %}

with

field_values as (

    select * from {{ ref('int_ownership__field_values') }}

),

rules as (

    select
        rule_id,
        field,
        case when operator = 'like' and {{ matches('pattern', '%$') }} then 'prefix' else 'whole' end as kind,
        lower(case when operator = 'like' then regexp_replace(pattern, '%$', '') else pattern end) as sought

    from {{ ref('ownership_rules') }}

    where operator = 'equals' or (operator = 'like' and not {{ has_inner_wildcard('pattern') }})

),

-- Wholes and beginnings are looked up. Of a beginning it takes the values cut to the lengths that rules have.
prefix_lengths as (

    select distinct
        field,
        length(sought) as prefix_length

    from rules

    where kind = 'prefix'

),

values_cut as (

    select field, field_value, folded_value as cut_value, 'whole' as kind from field_values
    union all
    select
        field_values.field,
        field_values.field_value,
        substring(field_values.folded_value, 1, prefix_lengths.prefix_length),
        'prefix'
    from field_values
    inner join prefix_lengths
        on field_values.field = prefix_lengths.field
            and length(field_values.folded_value) >= prefix_lengths.prefix_length

),

values_found as (

    select
        rules.rule_id,
        values_cut.field,
        values_cut.field_value

    from values_cut

    inner join rules
        on values_cut.field = rules.field
            and values_cut.kind = rules.kind
            and values_cut.cut_value = rules.sought

),

{% for batch in batches -%}
values_of_batch_{{ loop.index }} {{ computed_once() }} (

    select field, field_value, folded_value from field_values
    where field = '{{ batch[0].field }}'
        and {{ matches(batch[0].column, '(?:' ~ batch | map(attribute='expression') | join(')|(?:') ~ ')') }}

),

{% endfor -%}
value_matches as (

    select * from values_found
    {% for batch in batches -%}
    {% set of_batch = 'values_of_batch_' ~ loop.index -%}
    {% for rule in batch -%}
    union all
    select {{ dbt.string_literal(dbt.escape_single_quotes(rule.rule_id)) }}, field, field_value from {{ of_batch }}
    where {{ matches(rule.column, rule.expression) }}
    {% endfor -%}
    {% endfor %}
)

select * from value_matches
