{# By how much an amount changed, in percent of what it was before; null where that was nothing, or below it. #}
{% macro percent_change(amount, before) -%}
    cast(case when {{ before }} > 0 then 100 * ({{ amount }} - {{ before }}) / {{ before }} end as double)
{%- endmacro %}
