{% macro driver__kubernetes() -%}
    {{ return(ref('int_drivers__kubernetes')) }}
{%- endmacro %}
