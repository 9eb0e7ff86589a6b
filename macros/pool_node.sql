{# A pool, or the charges of a stage in it, as a node of the graph of pools. #}
{% macro pool_node(pool_id, split_stage) -%}
    concat({{ pool_id }}, chr(31), {{ split_stage }})
{%- endmacro %}
