{#
    The ownership rules whose values cannot be looked up, as they are loaded: rule_id, field, the column of
    int_ownership__field_values that is searched, and the regular expression to search it for. A regular expression
    is taken as written; a LIKE with a wildcard that is not its end is made one, in lower case and of the whole value.
    An expression that comes with each row would be compiled for each value: with these a model writes
    them down. Before the rules are loaded there are none.
#}
{% macro searched_rules(rules) -%}
    {%- set found = [] -%}
    {%- if execute and load_relation(rules) is not none -%}
        {%- set query -%}
            select rule_id, field, operator, pattern, lower(pattern) from {{ rules }}
            where operator = 'regex' or (operator = 'like' and {{ has_inner_wildcard('pattern') }})
            order by rule_id
        {%- endset -%}
        {%- for row in run_query(query) -%}
            {%- if row[2] == 'regex' -%}
                {%- set column, expression = 'field_value', row[3] -%}
            {%- else -%}
                {%- set column = 'folded_value' -%}
                {%- set expression = '^(?s:' ~ modules.re.escape(row[4]) | replace('%', '.*') | replace('_', '.') ~ ')$' -%}
            {%- endif -%}
            {%- do found.append({'rule_id': row[0], 'field': row[1], 'column': column, 'expression': expression}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}
