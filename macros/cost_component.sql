{#
    Every charge has exactly one cost component: what staging could tell from the vendor's own
    terms, else by the service category. Tokens make a model-API charge; other AI services are
    machines that somebody else runs.
#}
{% macro cost_component(stated_component, service_category, consumed_unit, pricing_unit) -%}
    case
        when {{ stated_component }} is not null then {{ stated_component }}
        when {{ service_category }} = 'AI and Machine Learning'
            then case
                when lower({{ consumed_unit }}) like '%token%' or lower({{ pricing_unit }}) like '%token%' then 'model_api'
                else 'compute'
            end
        when {{ service_category }} = 'Compute' then 'compute'
        when {{ service_category }} = 'Storage' then 'storage'
        when {{ service_category }} = 'Databases' then 'storage'
        when {{ service_category }} = 'Networking' then 'network'
        else 'other'
    end
{%- endmacro %}
