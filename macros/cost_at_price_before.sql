{#
    The quantity of the month at the price of the month before. Null where a month has no quantity, and where the one
    before is so little that its price means nothing, and would not fit a decimal.
#}
{% macro cost_at_price_before() -%}
    {%- set at_price = 'cast(direct_cost_before as double) * quantity / quantity_before' -%}
    case
            when quantity > 0 and quantity_before > 0 and abs({{ at_price }}) < 1e20
                then cast({{ at_price }} as decimal(38, 12))
        end
{%- endmacro %}
