{# An expression of each amount of a posting, @ being the amount, under its own name. #}
{% macro each_amount(expression) -%}
    {% set amounts = [
        'billed_cost', 'effective_cost', 'billed_cost_in_billing_currency', 'effective_cost_in_billing_currency'
    ] %}
    {%- for amount in amounts -%}
        {{ expression | replace('@', amount) }} as {{ amount }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
