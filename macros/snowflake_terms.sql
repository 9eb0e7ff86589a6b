{#
    What Snowflake's own words for a rating and a service (in lower case) tell: the FOCUS category, the
    cost component and the AI activity. Fees and rebates are no machine's: they are other.
#}
{% macro snowflake_terms(rating_type, service_type) -%}
    {%- set is_ai = "(" ~ service_type ~ " like '%cortex%' or " ~ service_type ~ " like 'ai_%')" -%}
    case
        when {{ is_ai }} then 'AI and Machine Learning'
        when {{ rating_type }} = 'storage' then 'Storage'
        when {{ rating_type }} = 'data transfer' then 'Networking'
        else 'Databases'
    end as service_category,
    case
        -- Cortex bills its models in credits, by the token; fine-tuning and search are services of it as well.
        when {{ is_ai }} then 'model_api'
        when {{ rating_type }} = 'compute' then 'compute'
        when {{ rating_type }} = 'storage' then 'storage'
        when {{ rating_type }} = 'data transfer' then 'network'
        else 'other'
    end as stated_component,
    case
        when {{ service_type }} like '%fine_tuning%' then 'fine_tuning'
        when {{ is_ai }} then 'inference'
        when {{ service_type }} in ('pipe', 'snowpipe', 'snowpipe_streaming', 'openflow_compute_snowflake')
            then 'data_preparation'
    end as activity_hint
{%- endmacro %}
