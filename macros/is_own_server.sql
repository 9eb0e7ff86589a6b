{#
    Whether a provider as gateways write it (LiteLLM's custom_llm_provider) is a server of one's own: what it answers is on
    no bill of model APIs, it costs what its machines cost.
#}
{% macro is_own_server(provider) -%}
    lower({{ provider }}) in (
        'vllm', 'hosted_vllm', 'ollama', 'ollama_chat', 'llamafile', 'lm_studio', 'triton', 'xinference',
        'docker_model_runner', 'lemonade', 'oobabooga'
    )
{%- endmacro %}
