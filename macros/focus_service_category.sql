{# One of the categories of FOCUS 1.4; a vendor's own word is none of them. #}
{% macro focus_service_category(service_category) -%}
    case
        when {{ service_category }} in (
            'AI and Machine Learning', 'Analytics', 'Business Applications', 'Compute', 'Databases', 'Developer Tools',
            'Multicloud', 'Identity', 'Integration', 'Internet of Things', 'Management and Governance', 'Media',
            'Migration', 'Mobile', 'Networking', 'Security', 'Storage', 'Web', 'Other'
        ) then {{ service_category }}
        else 'Other'
    end
{%- endmacro %}
