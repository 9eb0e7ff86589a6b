{# The GPUs of each node in the older AllocGRES: `gpu:8`, `gres:gpu:volta:2(IDX:0-1)`; null if it names none. #}
{% macro gres_per_node(text) -%}
    {{ return(adapter.dispatch('gres_per_node', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__gres_per_node(text) -%}
    list_sum(cast(regexp_extract_all({{ text }}, 'gpu:(?:[^:,()]+:)?([0-9]+)', 1) as bigint []))
{%- endmacro %}
