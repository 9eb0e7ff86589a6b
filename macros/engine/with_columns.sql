{# All columns of a relation in their order, those of `columns` (name: SQL) computed anew. #}
{% macro with_columns(relation, columns) -%}
    {{ return(adapter.dispatch('with_columns', 'apportion')(relation, columns)) }}
{%- endmacro %}

{% macro duckdb__with_columns(relation, columns) -%}
    {{ relation }}.* replace (
        {%- for name, value in columns.items() %}
        {{ value }} as "{{ name }}"{{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
