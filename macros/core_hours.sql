{# Core-seconds (or GPU-seconds) as hours. #}
{% macro core_hours(seconds) -%}
    {{ divided('cast(' ~ seconds ~ ' as decimal(38, 3))', 3600) }}
{%- endmacro %}
