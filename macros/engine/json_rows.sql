{# The members of a JSON array of objects, as a lateral table with a column per field, as text. #}
{% macro json_rows(json, fields) -%}
    {{ return(adapter.dispatch('json_rows', 'apportion')(json, fields)) }}
{%- endmacro %}

{% macro duckdb__json_rows(json, fields) -%}
    (
        select {% for field in fields %}entry.value ->> '{{ field }}' as {{ field }}{{ ', ' if not loop.last }}{% endfor %}
        from json_each({{ json }}) as entry
    )
{%- endmacro %}
