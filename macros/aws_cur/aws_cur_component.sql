{# What a usage type says better than its service: traffic, disks and models are billed beside machines. #}
{% macro aws_cur_component(product_code, product_name, product_family, usage_type) -%}
    case
        -- USE1-DataTransfer-Out-Bytes, USE1-EUW1-AWS-In-Bytes, NatGateway-Hours, VpcPeering-In-Bytes
        when
            {{ product_family }} = 'Data Transfer'
            or {{ usage_type }} like '%DataTransfer%'
            or {{ usage_type }} like '%AWS-Out-Bytes%'
            or {{ usage_type }} like '%AWS-In-Bytes%'
            or {{ usage_type }} like '%NatGateway%'
            or {{ usage_type }} like '%VpcPeering%'
            or {{ usage_type }} like '%CloudFront-Out-Bytes%'
            or {{ usage_type }} like '%CloudFront-In-Bytes%'
            or {{ usage_type }} like '%LoadBalancerUsage%'
            or {{ usage_type }} like '%LCUUsage%'
            or {{ usage_type }} like '%PublicIPv4%'
            then 'network'
        -- EBS:VolumeUsage.gp3, EBS:SnapshotUsage; of SageMaker Host:VolumeUsage.gp2; of Bedrock a tuned model's storage
        when
            {{ usage_type }} like '%EBS:%'
            or {{ usage_type }} like '%VolumeUsage%'
            or ({{ product_code }} like 'AmazonBedrock%' and {{ usage_type }} like '%Storage%')
            then 'storage'
        -- Throughput that is reserved serves the same models as tokens that are counted.
        when
            ({{ product_code }} like 'AmazonBedrock%' or {{ product_name }} like '%Bedrock%')
            and (lower({{ usage_type }}) like '%token%' or {{ usage_type }} like '%ProvisionedThroughput%')
            then 'model_api'
    end
{%- endmacro %}
