{# The key of a charge group: the same attributes give the same key in every run and period. #}
{% macro charge_group_id() -%}
    md5(concat_ws('|', {% for column in charge_group_columns() -%}
        coalesce({{ column }}, '~'){{ ', ' if not loop.last }}
    {%- endfor %}))
{%- endmacro %}
