{#
    What Google's own words for a service and a SKU (in lower case) tell: the FOCUS category of the
    service, the cost component where the SKU is of another kind than its service, and the AI
    activity. What no line names stays unknown.
#}
{% macro gcp_terms(service, sku) -%}
    {%- set is_ai = service ~ " in ('vertex ai', 'generative language api', 'gemini api')" -%}
    case
        when {{ is_ai }} or {{ service }} in ('cloud tpu', 'notebooks', 'dialogflow api', 'cloud vision api')
            then 'AI and Machine Learning'
        when {{ service }} in ('compute engine', 'kubernetes engine', 'cloud run', 'cloud run functions', 'app engine')
            then 'Compute'
        when {{ service }} in ('cloud storage', 'storage', 'cloud filestore', 'backup and dr service') then 'Storage'
        when {{ service }} in ('networking', 'cloud dns', 'cloud cdn') then 'Networking'
        when {{ service }} in ('cloud sql', 'cloud spanner', 'cloud bigtable', 'cloud firestore', 'alloydb')
            then 'Databases'
        when {{ service }} in ('bigquery', 'cloud dataflow', 'cloud dataproc', 'looker') then 'Analytics'
        when {{ service }} in ('cloud pub/sub', 'cloud composer', 'workflows') then 'Integration'
        when {{ service }} in ('artifact registry', 'cloud build') then 'Developer Tools'
        when {{ service }} in ('cloud logging', 'cloud monitoring') then 'Management and Governance'
        when {{ service }} in ('secret manager', 'cloud key management service (kms)', 'security command center')
            then 'Security'
        else 'Other'
    end as service_category,
    case
        -- Tokens and characters are counted in units named `count` and `k{char}`: only the SKU's words tell.
        when {{ is_ai }} and {{ has_word(sku, 'input|output|tokens?|characters?|caching|grounding') }} then 'model_api'
        when {{ sku }} like 'licensing fee%' then 'licenses'
        when {{ has_word(sku, 'egress|ingress|download|data transfer|load balanc(er|ing)|(static|external) ip|nat|vpn') }}
            then 'network'
        when {{ has_word(sku, 'pd|persistent disk|hyperdisk|snapshot|local ssd|(logical|physical) storage') }}
            then 'storage'
        -- A GPU is a SKU beside the cores and the memory of its machine.
        when {{ has_word(sku, 'gpu|tpu') }} or {{ service }} in ('bigquery', 'cloud dataflow', 'cloud dataproc')
            then 'compute'
    end as stated_component,
    case
        when not ({{ is_ai }} or {{ service }} = 'notebooks') then null
        when {{ has_word(sku, 'tuning') }} then 'fine_tuning'
        when {{ has_word(sku, 'evaluation') }} then 'evaluation'
        when {{ has_word(sku, 'training|pipelines?') }} then 'training'
        when {{ has_word(sku, 'feature ?store') }} then 'data_preparation'
        when {{ has_word(sku, 'workbench|colab') }} or {{ service }} = 'notebooks' then 'tooling'
        when {{ has_word(sku, 'predictions?|input|output|tokens?|characters?|caching|grounding') }} then 'inference'
    end as activity_hint
{%- endmacro %}
