{# A tag key without the provider's prefix: `user:team` and `app.kubernetes.io/team` are `team`. #}
{% macro without_prefix(tag_key) -%}
    {{ return(adapter.dispatch('without_prefix', 'apportion')(tag_key)) }}
{%- endmacro %}

{% macro duckdb__without_prefix(tag_key) -%}
    regexp_replace({{ tag_key }}, '^.*[:/]', '')
{%- endmacro %}
