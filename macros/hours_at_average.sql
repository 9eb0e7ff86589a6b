{# An average over the minutes that something ran, as a sum of hours. The average comes as a double. #}
{% macro hours_at_average(average, minutes, unit_size=1) -%}
    cast(cast({{ average }} as double) * cast({{ minutes }} as double) / {{ 60 * unit_size }} as decimal(38, 12))
{%- endmacro %}
