{% macro driver__oci_usage() -%}
    {{ return(ref('int_drivers__oci_usage')) }}
{%- endmacro %}
