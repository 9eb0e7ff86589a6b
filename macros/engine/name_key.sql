{#
    How names of teams and projects are compared: case and the kind of separator do not
    matter, but where a separator stands does (v1.10 is not v11.0).
#}
{% macro name_key(text) -%}
    {{ return(adapter.dispatch('name_key', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__name_key(text) -%}
    regexp_replace(lower(trim({{ text }})), '[-_.\s]+', '-', 'g')
{%- endmacro %}
