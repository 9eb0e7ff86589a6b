{# What a policy weighs by, under one name: a driver, or what of it a model used. #}
{% macro measure_of(driver, model) -%}
    case when {{ model }} is null then {{ driver }} else concat({{ driver }}, ':', {{ model }}) end
{%- endmacro %}
