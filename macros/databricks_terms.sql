{#
    What Databricks' own words for a product and a usage type tell: the FOCUS category, the cost
    component and the AI activity. A job or a notebook may do anything: its activity stays unknown.
#}
{% macro databricks_terms(product, usage_type) -%}
    case
        when {{ usage_type }} = 'STORAGE_SPACE' then 'Storage'
        when {{ usage_type }} like 'NETWORK%' then 'Networking'
        when {{ product }} in (
            'MODEL_SERVING', 'VECTOR_SEARCH', 'FOUNDATION_MODEL_TRAINING', 'FINE_TUNING', 'AI_GATEWAY', 'AI_FUNCTIONS',
            'AI_RUNTIME', 'AGENT_BRICKS', 'AGENT_EVALUATION'
        ) then 'AI and Machine Learning'
        else 'Analytics'
    end as service_category,
    case
        when {{ usage_type }} in ('COMPUTE_TIME', 'GPU_TIME') then 'compute'
        when {{ usage_type }} = 'STORAGE_SPACE' then 'storage'
        when {{ usage_type }} like 'NETWORK%' then 'network'
        when {{ usage_type }} = 'TOKEN' then 'model_api'
    end as stated_component,
    case
        when {{ product }} in ('MODEL_SERVING', 'VECTOR_SEARCH', 'AI_GATEWAY', 'AI_FUNCTIONS') then 'inference'
        -- Named training, it is the fine-tuning of foundation models.
        when {{ product }} in ('FOUNDATION_MODEL_TRAINING', 'FINE_TUNING') then 'fine_tuning'
        when {{ product }} = 'AGENT_EVALUATION' then 'evaluation'
        when {{ product }} in ('LAKEHOUSE_MONITORING', 'DATA_QUALITY_MONITORING') then 'observability'
        when {{ product }} in ('DLT', 'LAKEFLOW_CONNECT', 'ONLINE_TABLES') then 'data_preparation'
    end as activity_hint
{%- endmacro %}
