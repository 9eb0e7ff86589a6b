{#
    The key of a charge group: the same attributes give the same key in every run and period.
    The separator is a character that no bill has in its values. `attributes` says where each is found, if not under
    its own name.
#}
{% macro charge_group_id(attributes={}) -%}
    md5(concat_ws(chr(31), {% for column in charge_group_columns() -%}
        coalesce({{ attributes.get(column, column) }}, '~'){{ ', ' if not loop.last }}
    {%- endfor %}))
{%- endmacro %}
