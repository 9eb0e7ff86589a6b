{#
    A node's provider id as the bill names the machine: `aws:///us-east-1a/i-0abc` is `i-0abc`,
    an Azure id keeps its path. One generator writes `i-` twice.
#}
{% macro provider_resource_id(provider_id) -%}
    {{ return(adapter.dispatch('provider_resource_id', 'apportion')(provider_id)) }}
{%- endmacro %}

{% macro duckdb__provider_resource_id(provider_id) -%}
    regexp_replace(regexp_replace({{ provider_id }}, '^(azure://|(aws|gce)://.*/)', ''), '^i-i-', 'i-')
{%- endmacro %}
