{#
    The billing periods that this run builds: those of the variable, or all. One is asked for with `=`, and several
    with their first and last too: through an outer join DuckDB carries these to both sides, a list only to one, and the
    other months' rows would be read.
#}
{% macro in_periods(billing_period='billing_period') -%}
    {%- set periods = var('billing_periods') -%}
    {%- if periods | length == 1 -%}
        {{ billing_period }} = '{{ periods | first }}'
    {%- elif periods -%}
        {{ billing_period }} >= '{{ periods | min }}' and {{ billing_period }} <= '{{ periods | max }}'
        and {{ billing_period }} in ('{{ periods | join("', '") }}')
    {%- else -%}
        {{ billing_period }} is not null
    {%- endif -%}
{%- endmacro %}
