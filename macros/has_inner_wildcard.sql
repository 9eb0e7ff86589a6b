{# Whether a LIKE pattern has a wildcard besides a % at its end: what it matches cannot be looked up. #}
{% macro has_inner_wildcard(pattern) -%}
    {{ matches("regexp_replace(" ~ pattern ~ ", '%$', '')", '[%_]') }}
{%- endmacro %}
