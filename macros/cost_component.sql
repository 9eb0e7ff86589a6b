{#
    Every charge has exactly one cost component. Tokens make a model-API charge; other AI
    services are machines that somebody else runs.
#}
{% macro cost_component(service_category, consumed_unit, pricing_unit) -%}
    case {{ service_category }}
        when 'AI and Machine Learning'
            then case
                when lower({{ consumed_unit }}) like '%token%' or lower({{ pricing_unit }}) like '%token%' then 'model_api'
                else 'compute'
            end
        when 'Compute' then 'compute'
        when 'Storage' then 'storage'
        when 'Databases' then 'storage'
        when 'Networking' then 'network'
        else 'other'
    end
{%- endmacro %}
