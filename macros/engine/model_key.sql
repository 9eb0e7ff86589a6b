{#
    How names of models are compared, as price lists do it: without case, and without who serves the model
    (azure/gpt-4o). The day of a snapshot (gpt-4o-2024-08-06) is no other model.
#}
{% macro model_key(name) -%}
    {{ return(adapter.dispatch('model_key', 'apportion')(name)) }}
{%- endmacro %}

{% macro duckdb__model_key(name) -%}
    regexp_replace(lower(split_part({{ name }}, '/', -1)), '-20[0-9]{2}-?[0-9]{2}-?[0-9]{2}$', '')
{%- endmacro %}
