{#
    A table is replaced in one transaction. dbt's own way, a table beside it and two renames, asks the catalog several
    times more.
#}
{% materialization table, adapter='duckdb' %}

    {%- set target_relation = this.incorporate(type='table') -%}

    {{ return(built(target_relation, table_replaced(load_cached_relation(this), target_relation, sql))) }}

{% endmaterialization %}

{% macro table_replaced(existing_relation, target_relation, query) -%}
    {%- if existing_relation is not none -%}
        drop {{ existing_relation.type }} if exists {{ existing_relation }};
    {%- endif %}
    {{ create_table_as(False, target_relation, query) }}
{%- endmacro %}
