{# The value of the first of some tags that has one in a JSON object. #}
{% macro first_tag(json, keys) -%}
    coalesce({% for key in keys %}nullif({{ json_text(json, key) }}, ''){{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
