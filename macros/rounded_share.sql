{# A weight of all weights; one that is a share already has its own digits. #}
{% macro rounded_share(weight, total_weight) -%}
    case
        when {{ total_weight }} = 1 then cast({{ weight }} as decimal(38, 18))
        else cast(cast({{ weight }} as double) / cast({{ total_weight }} as double) as decimal(38, 18))
    end
{%- endmacro %}
