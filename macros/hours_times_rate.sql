{# What hours cost: both are exact to six decimals, so their product is exact to twelve. #}
{% macro hours_times_rate(hours, rate) -%}
    cast(cast({{ hours }} as decimal(18, 6)) * cast({{ rate }} as decimal(18, 6)) as decimal(38, 12))
{%- endmacro %}
