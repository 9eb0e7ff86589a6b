{# Hours of whole seconds, to the 15th decimal: a third of an hour at any rate is right to the 12th. #}
{% macro hours_of(seconds) -%}
    {{ return(adapter.dispatch('hours_of', 'apportion')(seconds)) }}
{%- endmacro %}

{# Halves are rounded away from zero, so that a correction takes back exactly what it corrects. #}
{% macro duckdb__hours_of(seconds) -%}
    cast((cast({{ seconds }} as hugeint) * 1000000000000000 + sign({{ seconds }}) * 1800) // 3600 as decimal(38, 0))
    * cast(0.000000000000001 as decimal(15, 15))
{%- endmacro %}
