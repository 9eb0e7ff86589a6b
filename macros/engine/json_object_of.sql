{#
    A JSON object from text that may have lost its braces (`"team": "ml","env": "prod"`). Null
    when there is nothing in it; text that is neither is kept under the key `unreadable`, since
    unknown tags are not the same as none.
#}
{% macro json_object_of(text) -%}
    {{ return(adapter.dispatch('json_object_of', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__json_object_of(text) -%}
    case
        when regexp_full_match({{ text }}, '[\s"{}]*') then null
        when left(ltrim({{ text }}), 1) = '{' and json_valid({{ text }}) then {{ text }}
        when json_valid('{' || {{ text }} || '}') then '{' || {{ text }} || '}'
        when {{ text }} is not null then cast(json_object('unreadable', {{ text }}) as varchar)
    end
{%- endmacro %}
