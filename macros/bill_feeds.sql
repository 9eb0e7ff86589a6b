{# The feeds whose bills stage charges: each has a model stg_<feed>__charges, FOCUS-shaped. #}
{% macro bill_feeds() -%}
    {{ return([
        'focus',
    ]) }}
{%- endmacro %}
