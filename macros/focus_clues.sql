{#
    What may tell the owner of a charge, or of what a commitment saves of it, and has no column in FOCUS, or another
    word there, as a JSON object. Null for most charges, of which nothing is written then.
#}
{% macro focus_clues() -%}
    {%- set has_other_word = {
        'service_category': 'nullif(' ~ focus_service_category('service_category') ~ ', service_category) is not null',
        'charge_category': 'nullif(' ~ focus_charge_category('charge_category') ~ ', charge_category) is not null',
        'tags': 'allocated_tags is not null',
    } -%}
    {%- set clues, found = {}, [] -%}
    {%- for column in focus_clue_columns() -%}
        {%- do clues.update({column: column}) -%}
        {%- do found.append(column ~ ' is not null') -%}
    {%- endfor -%}
    {%- for column, condition in has_other_word.items() -%}
        {%- do clues.update({column: 'case when ' ~ condition ~ ' then coalesce(' ~ column ~ ", '~') end"}) -%}
        {%- do found.append(condition) -%}
    {%- endfor -%}
    {%- do clues.update({'benefit_pool_id': 'benefit_pool_id', 'covered_cost': 'cast(covered_cost as varchar)'}) -%}
    {%- do found.append('benefit_pool_id is not null') -%}
    case when {{ found | join(' or ') }} then {{ json_tags(clues) }} end
{%- endmacro %}

{% macro focus_clue_columns() -%}
    {{ return([
        'stated_team', 'stated_project', 'stated_activity', 'activity_hint', 'unused_commitment_id', 'pool_id',
    ]) }}
{%- endmacro %}
