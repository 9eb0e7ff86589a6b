{# Whether a list, as JSON or as Python prints it, has an item, whatever its case. False when there is no list. #}
{% macro has_item(list, item) -%}
    {{ return(adapter.dispatch('has_item', 'apportion')(list, item)) }}
{%- endmacro %}

{% macro duckdb__has_item(list, item) -%}
    coalesce(regexp_matches(lower({{ list }}), '["'']{{ item }}["'']'), false)
{%- endmacro %}
