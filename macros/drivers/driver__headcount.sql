{% macro driver__headcount() -%}
    {{ return(ref('int_drivers__headcount')) }}
{%- endmacro %}
