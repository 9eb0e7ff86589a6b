{# The category in the specification's spelling: the door takes any case. #}
{% macro focus_charge_category(charge_category) -%}
    case
        when {{ charge_category }} in ('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment') then {{ charge_category }}
        else concat(upper(left({{ charge_category }}, 1)), lower(substr({{ charge_category }}, 2)))
    end
{%- endmacro %}
