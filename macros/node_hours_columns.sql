{# The hours of a node that are drivers too: of what it has, what was requested, used, or nobody's. #}
{% macro node_hours_columns() -%}
    {{ return([
        'cpu_core_hours_requested', 'cpu_core_hours_used', 'cpu_core_hours_idle',
        'memory_gib_hours_requested', 'memory_gib_hours_used', 'memory_gib_hours_idle',
        'gpu_hours_requested', 'gpu_hours_used', 'gpu_hours_idle',
    ]) }}
{%- endmacro %}
