{# A JSON object as text without one key; null when nothing is left. Most have no such key, and are not parsed. #}
{% macro json_without(json, key) -%}
    {{ return(adapter.dispatch('json_without', 'apportion')(json, key)) }}
{%- endmacro %}

{% macro duckdb__json_without(json, key) -%}
    case
        when contains({{ json }}, '"{{ key }}"')
            then nullif(cast(json_merge_patch({{ json }}, '{"{{ key }}": null}') as varchar), '{}')
        else {{ json }}
    end
{%- endmacro %}
