{% macro driver__hours() -%}
    {{ return(ref('int_drivers__hours')) }}
{%- endmacro %}
