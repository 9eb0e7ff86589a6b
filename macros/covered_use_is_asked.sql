{#
    Whether the policy, as it is loaded, spreads a benefit or weighs by what commitments cover; before it is loaded
    nobody asks. Where nobody does the bills are not opened for it.
#}
{% macro covered_use_is_asked(policies, drivers) -%}
    {%- set found = [] -%}
    {%- if execute and load_relation(policies) is not none and load_relation(drivers) is not none -%}
        {%- set query -%}
            select 1 from {{ policies }} where benefit_of is not null
            union all
            select 1 from {{ drivers }} where driver = 'covered_cost'
        {%- endset -%}
        {%- do found.extend(run_query(query)) -%}
    {%- endif -%}
    {{ return('true' if found else 'false') }}
{%- endmacro %}
