{# One thing at one vendor, whatever month, service or tags it is billed with. #}
{% macro resource_key() -%}
    md5(concat_ws(chr(31), {% for column in ['provider_name', 'billing_account_id', 'sub_account_id', 'resource_id'] -%}
        coalesce({{ column }}, '~'){{ ', ' if not loop.last }}
    {%- endfor %}))
{%- endmacro %}
