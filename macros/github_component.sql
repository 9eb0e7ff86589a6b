{# What a SKU of GitHub is; null where its words do not tell. #}
{% macro github_component(product, sku, unit_type) -%}
    case
        -- Before the products: actions_storage is no machine, and packages_bandwidth no package.
        when lower({{ sku }}) like '%storage%' then 'storage'
        when lower({{ sku }}) like '%bandwidth%' then 'network'
        -- Models by the request or by the credit, in whatever product they answer.
        when lower({{ sku }}) like '%premium_request%' or lower({{ sku }}) like '%ai_credit%' then 'model_api'
        when lower({{ product }}) = 'models' then 'model_api'
        when lower({{ product }}) in ('actions', 'codespaces') then 'compute'
        -- Seats, of Copilot and of the others that count user-months.
        when lower({{ product }}) = 'copilot' or lower({{ unit_type }}) like 'user%' then 'licenses'
    end
{%- endmacro %}
