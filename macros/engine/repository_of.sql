{# `acme/atlas`, out of it or of any address of the repository or of something in it. #}
{% macro repository_of(address) -%}
    {{ return(adapter.dispatch('repository_of', 'apportion')(address)) }}
{%- endmacro %}

{% macro duckdb__repository_of(address) -%}
    regexp_extract({{ address }}, '^(?:https?://[^/]+/(?:api/v3/)?(?:repos/)?)?([^/]+/[^/]+)', 1)
{%- endmacro %}
