{#
    A JSON object whose keys `namespace.key` are `namespace/key`, as other clouds write them. Only keys:
    before the colon of a pair stands a quote without a backslash, and inside a value none does.
#}
{% macro slash_namespaces(json) -%}
    {{ return(adapter.dispatch('slash_namespaces', 'apportion')(json)) }}
{%- endmacro %}

{% macro duckdb__slash_namespaces(json) -%}
    regexp_replace({{ json }}, '"([A-Za-z0-9_-]+)\.([^".\\]+)":', '"\1/\2":', 'g')
{%- endmacro %}
