{% macro bill__aws_cur() -%}
    {{ return(ref('stg_aws_cur__charges')) }}
{%- endmacro %}
