{# What all materializations end with: the statement and its hooks in one transaction. Returns what dbt has to know. #}
{% macro built(target_relation, statement_sql) %}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('main') -%}
        {{ statement_sql }}
    {%- endcall %}

    {% if target_relation.is_view and config.get('contract').enforced %}
        {{ assert_view_has_contract(target_relation) }}
    {% endif %}

    {% do persist_docs(target_relation, model) %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}

{% endmacro %}
