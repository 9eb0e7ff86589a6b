{# What hours cost: 15 decimals of an hour are enough for the 12th decimal of the amount. #}
{% macro hours_times_rate(hours, rate) -%}
    cast(cast({{ hours }} as decimal(20, 15)) * cast({{ rate }} as decimal(18, 6)) as decimal(38, 12))
{%- endmacro %}
