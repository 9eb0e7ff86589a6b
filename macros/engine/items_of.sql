{# The texts of a JSON array as one text, `a, b`; any other text as it is; null for none. #}
{% macro items_of(list) -%}
    {{ return(adapter.dispatch('items_of', 'apportion')(list)) }}
{%- endmacro %}

{% macro duckdb__items_of(list) -%}
    nullif(coalesce(array_to_string(try_cast(try_cast({{ list }} as json) as varchar[]), ', '), {{ list }}), '')
{%- endmacro %}
