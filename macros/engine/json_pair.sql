{# A JSON object of one key, or null where it would have no value. #}
{% macro json_pair(key, value) -%}
    {{ return(adapter.dispatch('json_pair', 'apportion')(key, value)) }}
{%- endmacro %}

{% macro duckdb__json_pair(key, value) -%}
    case when {{ value }} is not null then cast(json_object('{{ key }}', {{ value }}) as varchar) end
{%- endmacro %}
