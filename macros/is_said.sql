{# Whether a name says anything: our own words for nobody and for nothing known do not, whoever writes them. #}
{% macro is_said(name) -%}
    lower({{ name }}) not in ('unknown', 'unallocated')
{%- endmacro %}
