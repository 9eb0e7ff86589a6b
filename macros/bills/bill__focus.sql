{% macro bill__focus() -%}
    {{ return(ref('stg_focus__charges')) }}
{%- endmacro %}
