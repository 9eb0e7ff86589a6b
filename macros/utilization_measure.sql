{# What the hours of a step are called among the measures: a policy has its own, for it may be of some clusters only. #}
{% macro utilization_measure(step, policy_id='policy_id') -%}
    concat('utilization:', {{ step }}, ':', {{ policy_id }})
{%- endmacro %}
