{# The feeds whose bills stage charges: each has a model stg_<feed>__charges, FOCUS-shaped. #}
{% macro bill_feeds() -%}
    {{ return([
        'anthropic',
        'aws_cur',
        'azure_cost',
        'focus',
        'gcp_billing',
        'licenses',
        'oci_cost',
        'openai',
        'snowflake',
    ]) }}
{%- endmacro %}
