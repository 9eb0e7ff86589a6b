{% macro bill__gcp_billing() -%}
    {{ return(ref('stg_gcp_billing__charges')) }}
{%- endmacro %}
