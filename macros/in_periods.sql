{#
    The billing periods that this run builds: those of the variable, or all. One is asked for with `=`: through an
    outer join DuckDB carries that to both sides, a list only to one, and the other months' rows would be read.
#}
{% macro in_periods(billing_period='billing_period') -%}
    {%- set periods = var('billing_periods') -%}
    {%- if periods | length == 1 -%}
        {{ billing_period }} = '{{ periods | first }}'
    {%- elif periods -%}
        {{ billing_period }} in ('{{ periods | join("', '") }}')
    {%- else -%}
        {{ billing_period }} is not null
    {%- endif -%}
{%- endmacro %}
