{% macro driver__issues() -%}
    {{ return(ref('int_drivers__issues')) }}
{%- endmacro %}
