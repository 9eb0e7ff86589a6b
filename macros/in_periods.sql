{# The billing periods that this run builds: those of the variable, or all. #}
{% macro in_periods(billing_period='billing_period') -%}
    {%- set periods = var('billing_periods') -%}
    {%- if periods -%}
        {{ billing_period }} in ('{{ periods | join("', '") }}')
    {%- else -%}
        {{ billing_period }} is not null
    {%- endif -%}
{%- endmacro %}
