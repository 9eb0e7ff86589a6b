{% macro bill__openai() -%}
    {{ return(ref('stg_openai__charges')) }}
{%- endmacro %}
