{% macro driver__slurm() -%}
    {{ return(ref('int_drivers__slurm')) }}
{%- endmacro %}
