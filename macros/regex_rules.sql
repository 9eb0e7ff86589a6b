{#
    The ownership rules that are regular expressions, as they are loaded: rule_id, field and pattern.
    An expression that comes with each row would be compiled for each value: with these a model writes
    them down. Before the rules are loaded there are none.
#}
{% macro regex_rules(rules) -%}
    {%- set found = [] -%}
    {%- if execute and load_relation(rules) is not none -%}
        {%- set query -%}
            select rule_id, field, pattern from {{ rules }} where operator = 'regex' order by rule_id
        {%- endset -%}
        {%- for row in run_query(query) -%}
            {%- do found.append({'rule_id': row[0], 'field': row[1], 'pattern': row[2]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}
