{% macro driver__runs() -%}
    {{ return(ref('int_drivers__runs')) }}
{%- endmacro %}
