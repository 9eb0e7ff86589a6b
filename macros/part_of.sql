{# An amount times a share, as money. The share is a double at most; the product is a decimal. #}
{% macro part_of(amount, share) -%}
    cast(cast({{ amount }} as double) * cast({{ share }} as double) as decimal(38, 12))
{%- endmacro %}
