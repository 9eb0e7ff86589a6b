{# What a container takes of its instance's hour: its own part, and its part of what nobody used. #}
{% macro aws_cur_split_cost() -%}
    coalesce(split_line_item_net_split_cost, split_line_item_split_cost, 0)
    + coalesce(split_line_item_net_unused_cost, split_line_item_unused_cost, 0)
{%- endmacro %}
