{# The value of the first of some tags that a JSON object has. #}
{% macro first_tag(json, keys) -%}
    coalesce({% for key in keys %}{{ json_text(json, key) }}{{ ', ' if not loop.last }}{% endfor %})
{%- endmacro %}
