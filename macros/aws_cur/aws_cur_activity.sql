{# What was done, where Amazon's usage type says so. What it does not name stays null: nobody guesses. #}
{% macro aws_cur_activity(product_code, product_name, usage_type) -%}
    case
        when {{ product_code }} = 'AmazonSageMaker' then
            case
                -- USE1-Train:ml.p4d.24xlarge, and its spot form
                when {{ usage_type }} like '%Train:%' then 'training'
                -- Endpoints, batch transform, and the disks of endpoints
                when {{ usage_type }} like '%Host:%' or {{ usage_type }} like '%Tsform:%' then 'inference'
                when {{ usage_type }} like '%ServerlessInf%' or {{ usage_type }} like '%AsyncInf%' then 'inference'
                when {{ usage_type }} like '%Processing:%' then 'data_preparation'
                when {{ usage_type }} like '%FeatureStore%' then 'data_preparation'
                when {{ usage_type }} like '%GroundTruth%' or {{ usage_type }} like '%Labeling%' then 'data_preparation'
                -- Notebooks are where people work, whatever they work on
                when
                    {{ usage_type }} like '%Notebk:%'
                    or {{ usage_type }} like '%Studio%'
                    or {{ usage_type }} like '%KernelGateway%'
                    or {{ usage_type }} like '%JupyterLab%'
                    or {{ usage_type }} like '%Canvas%'
                    then 'tooling'
            end
        when {{ product_code }} like 'AmazonBedrock%' or {{ product_name }} like '%Bedrock%' then
            case
                -- Hours of throughput serve, a tuned model too
                when {{ usage_type }} like '%ProvisionedThroughput%' then 'inference'
                when
                    lower({{ usage_type }}) like '%custom-model%'
                    or lower({{ usage_type }}) like '%custommodel%'
                    or {{ usage_type }} like '%ModelCustomization%'
                    then 'fine_tuning'
                when lower({{ usage_type }}) like '%token%' then 'inference'
            end
    end
{%- endmacro %}
