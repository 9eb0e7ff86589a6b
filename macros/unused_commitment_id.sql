{# The commitment that nobody used, of the part of it that nobody used. Who used one shows in whose the usage is. #}
{% macro unused_commitment_id() -%}
    case when commitment_discount_status = 'Unused' then coalesce(commitment_discount_id, 'unknown') end
{%- endmacro %}
