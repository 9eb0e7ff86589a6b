{# Whether a text is like any of several patterns. #}
{% macro like_any(text, patterns) -%}
    (
        {%- for pattern in patterns %}
        {{ text }} like '{{ pattern }}'{{ ' or' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
