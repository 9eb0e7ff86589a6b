{# What a line of pool_drivers weighs by: a driver, or of a driver the use of one model. #}
{% macro measure_asked(driver, model_name) -%}
    {{ driver }} || coalesce(':' || {{ model_key(model_name) }}, '')
{%- endmacro %}
