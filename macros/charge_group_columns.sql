{# What tells one charge group from another inside a billing period: all that may decide an owner. #}
{% macro charge_group_columns() -%}
    {{ return([
        'feed', 'billing_account_id', 'sub_account_id', 'provider_name', 'service_category', 'service_name',
        'sku_id', 'resource_id', 'region_id', 'charge_category', 'invoice_id', 'cost_component', 'tags',
        'stated_team', 'stated_project', 'stated_activity', 'activity_hint', 'unused_commitment_id', 'pool_id',
        'billing_currency',
    ]) }}
{%- endmacro %}
