{# Money divided by a whole number, cut (not rounded) at the 12th decimal, without passing a float. #}
{% macro divided(amount, by) -%}
    {{ return(adapter.dispatch('divided', 'apportion')(amount, by)) }}
{%- endmacro %}

{% macro duckdb__divided(amount, by) -%}
    cast(cast({{ amount }} * 1000000000000 as hugeint) // {{ by }} as decimal(38, 0))
    * cast(0.000000000001 as decimal(12, 12))
{%- endmacro %}
