{# The commitment that covers a charge; one without an id is one all the same. #}
{% macro covering_commitment_id() -%}
    coalesce(commitment_discount_id, 'unknown')
{%- endmacro %}
