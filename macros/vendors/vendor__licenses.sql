{% macro vendor__licenses() -%}
    {{ return(['github']) }}
{%- endmacro %}
