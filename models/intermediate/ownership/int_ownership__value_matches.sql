with

field_values as (

    select * from {{ ref('int_ownership__field_values') }}

),

rules as (

    select
        rule_id,
        field,
        operator,
        pattern,
        lower(pattern) as folded_pattern,
        lower(regexp_replace(pattern, '%$', '')) as folded_prefix

    from {{ ref('ownership_rules') }}

),

rules_by_kind as (

    select
        *,
        case
            when operator = 'regex' then 'regex'
            when operator = 'equals' or not regexp_matches(pattern, '[%_]') then 'whole'
            when not regexp_matches(folded_prefix, '[%_]') then 'prefix'
            else 'like'
        end as kind

    from rules

),

-- Wholes and beginnings are looked up. Of a beginning it takes the values cut to the lengths that rules have.
prefix_lengths as (

    select distinct
        field,
        length(folded_prefix) as prefix_length

    from rules_by_kind

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
        rules_by_kind.rule_id,
        values_cut.field,
        values_cut.field_value

    from values_cut

    inner join rules_by_kind
        on values_cut.field = rules_by_kind.field
            and values_cut.kind = rules_by_kind.kind
            and values_cut.cut_value = case
                when rules_by_kind.kind = 'whole' then rules_by_kind.folded_pattern else rules_by_kind.folded_prefix
            end

),

values_like as (

    select
        rules_by_kind.rule_id,
        field_values.field,
        field_values.field_value

    from field_values

    inner join rules_by_kind
        on field_values.field = rules_by_kind.field
            and rules_by_kind.kind = 'like'
            and field_values.folded_value like rules_by_kind.folded_pattern

),

value_matches as (

    select * from values_found
    union all
    select * from values_like
    {% for rule in regex_rules(ref('ownership_rules')) -%}
    union all
    select {{ dbt.string_literal(rule.rule_id) }}, field, field_value
    from field_values
    where field = '{{ rule.field }}' and {{ matches('field_value', rule.pattern) }}
    {% endfor %}

)

select * from value_matches
