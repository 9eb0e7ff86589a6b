{# A quantity of a bill in GB-months, as far as its unit is bytes for a time; else null. #}
{% macro gb_months_of(quantity, unit, date) -%}
    cast(
        cast({{ quantity }} as double)
        * cast({{ gb_of_unit(unit) }} as double)
        * cast({{ months_of_unit(unit, date) }} as double)
        as decimal(38, 12)
    )
{%- endmacro %}
