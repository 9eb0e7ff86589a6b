{% macro driver__gpu_metrics() -%}
    {{ return(ref('int_drivers__gpu_metrics')) }}
{%- endmacro %}
