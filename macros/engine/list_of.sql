{# Words in one text, `a, b`, as a JSON array; what is a JSON array already stays one. #}
{% macro list_of(text) -%}
    {{ return(adapter.dispatch('list_of', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__list_of(text) -%}
    case
        when {{ text }} like '[%' then {{ text }}
        else cast(to_json(list_filter(
            list_transform(string_split({{ text }}, ','), lambda word: trim(word)), lambda word: word <> ''
        )) as varchar)
    end
{%- endmacro %}
