{# The models that hold drivers, one row per day, driver and dimensions, all with the same columns. #}
{% macro driver_models() -%}
    {{ return([
        'gpu_metrics',
        'hours',
        'issues',
        'kubernetes',
        'oci_usage',
        'runs',
        'slurm',
        'tokens',
    ]) }}
{%- endmacro %}
