{% macro driver__seats() -%}
    {{ return(ref('int_drivers__seats')) }}
{%- endmacro %}
