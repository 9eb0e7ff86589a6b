{# What a quantity costs at a unit price, rounded once, at the 12th decimal: no double in between. #}
{% macro quantity_times_price(quantity, price) -%}
    cast(cast({{ quantity }} as decimal(30, 15)) * cast({{ price }} as decimal(20, 12)) as decimal(38, 12))
{%- endmacro %}
