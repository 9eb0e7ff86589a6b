{# The Bedrock inference profile that a gateway calls in place of a model, by its ARN; null for a model's own name. #}
{% macro profile_of(model_name) -%}
    {{ captured(model_name, '(arn:aws[^/]*:bedrock:[^/]*:application-inference-profile/.+)$') }}
{%- endmacro %}
