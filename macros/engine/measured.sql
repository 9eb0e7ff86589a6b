{#
    A lateral table of the measures of a row, long: driver, unit and quantity. `measures` gives for
    each driver its unit and its quantity in SQL.
#}
{% macro measured(measures) -%}
    {{ return(adapter.dispatch('measured', 'apportion')(measures)) }}
{%- endmacro %}

{% macro duckdb__measured(measures) -%}
    (
        values
        {%- for driver, (unit, quantity) in measures.items() %}
        ('{{ driver }}', '{{ unit }}', cast({{ quantity }} as decimal(38, 12))){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
