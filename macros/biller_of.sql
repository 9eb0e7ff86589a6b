{#
    Who bills the tokens of a provider as gateways and price lists call it (LiteLLM's custom_llm_provider): Bedrock's
    are on the bill of AWS. A provider that sells no other cloud's models bills them itself, and keeps its name.
#}
{% macro biller_of(provider) -%}
    case
        when lower({{ provider }}) in ('bedrock', 'bedrock_converse', 'bedrock_mantle', 'sagemaker', 'sagemaker_chat')
            then 'AWS'
        when lower({{ provider }}) in ('azure', 'azure_ai', 'azure_text') then 'Microsoft'
        when lower({{ provider }}) = 'gemini' or lower({{ provider }}) like 'vertex\_ai%' escape '\' then 'Google Cloud'
        when lower({{ provider }}) in ('openai', 'text-completion-openai') then 'OpenAI'
        when lower({{ provider }}) in ('anthropic', 'anthropic_text') then 'Anthropic'
        when lower({{ provider }}) = 'oci' then 'Oracle'
        when lower({{ provider }}) = 'databricks' then 'Databricks'
        when lower({{ provider }}) = 'snowflake' then 'Snowflake'
        else {{ provider }}
    end
{%- endmacro %}
