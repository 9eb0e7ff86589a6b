{# The money of a posting, in the reporting currency and in that of the invoice. #}
{% macro posting_amounts() -%}
    {{ return([
        'billed_cost', 'effective_cost', 'billed_cost_in_billing_currency', 'effective_cost_in_billing_currency'
    ]) }}
{%- endmacro %}
