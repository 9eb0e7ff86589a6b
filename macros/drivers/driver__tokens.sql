{% macro driver__tokens() -%}
    {{ return(ref('int_drivers__tokens')) }}
{%- endmacro %}
