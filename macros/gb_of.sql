{# A quantity of a bill in GB, as far as its unit is bytes without a time; else null. #}
{% macro gb_of(quantity, unit) -%}
    case
        when {{ captured(unit, '([-/ ])') }} is null
            then cast(cast({{ quantity }} as double) * cast({{ gb_of_unit(unit) }} as double) as decimal(38, 12))
    end
{%- endmacro %}
