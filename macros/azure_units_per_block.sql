{# How many units one block of an Azure unit of measure has: 100 of '100 Hours', 10,000 of '10K', 1 of '1/Month'. #}
{% macro azure_units_per_block(unit_of_measure) -%}
    coalesce(cast({{ captured(unit_of_measure, '^\\s*([0-9]{1,15})') }} as bigint), 1)
    * case upper({{ captured(unit_of_measure, '^\\s*[0-9]+([KMBkmb])(?:[ /]|$)') }})
        when 'K' then 1000
        when 'M' then 1000000
        when 'B' then 1000000000
        else 1
    end
{%- endmacro %}
