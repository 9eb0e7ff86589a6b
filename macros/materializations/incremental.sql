{#
    The rows of this run go straight into the table, in one transaction. dbt's own way writes them into a table beside it
    first, and then once more. `on_schema_change` is `fail` here, whatever a model says.
#}
{% materialization incremental, adapter='duckdb' %}

    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}

    {% if existing_relation is none or existing_relation.is_view or should_full_refresh() %}
        {% set build_sql = table_replaced(existing_relation, target_relation, sql) %}
    {% else %}
        {% if config.get('contract').enforced %}{{ get_assert_columns_equivalent(sql) }}{% endif %}
        {% set columns = adapter.get_columns_in_relation(existing_relation) %}
        {% do assert_columns_equal(existing_relation, columns, adapter.get_column_schema_from_query(sql)) %}
        {% set strategy = adapter.get_incremental_strategy_macro(context, config.require('incremental_strategy')) %}
        {% set build_sql = strategy({
            'target_relation': target_relation,
            'temp_relation': '(' ~ sql ~ '\n)',
            'dest_columns': columns,
        }) %}
    {% endif %}

    {{ return(built(target_relation, build_sql)) }}

{% endmaterialization %}

{# Raises where the query has other columns or types than the table: what the other periods hold is then of before. #}
{% macro assert_columns_equal(relation, columns_there, columns_here) -%}
    {%- set there, here = [], [] -%}
    {%- for column in columns_there -%}{%- do there.append(column.name ~ ' ' ~ column.dtype) -%}{%- endfor -%}
    {%- for column in columns_here -%}{%- do here.append(column.name ~ ' ' ~ column.dtype) -%}{%- endfor -%}
    {%- if there | sort != here | sort -%}
        {%- do exceptions.raise_compiler_error(
            relation ~ ' was built with other columns. Only in the table: '
            ~ (there | reject('in', here) | join(', ') or 'none') ~ '. Only in the model: '
            ~ (here | reject('in', there) | join(', ') or 'none') ~ '. Build it with --full-refresh.'
        ) -%}
    {%- endif -%}
{%- endmacro %}
