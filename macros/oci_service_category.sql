{# The FOCUS category of an OCI service: reports name services in capitals, and not always alike. #}
{% macro oci_service_category(service) -%}
    case
        -- Before the others: "AUTONOMOUS_DATABASE_COMPUTE" and "DATABASE_BACKUP" are databases.
        when {{ like_any(service, ['%database%', '%autonomous%', '%mysql%', '%nosql%', '%postgresql%', '%redis%']) }}
            then 'Databases'
        when {{ like_any(service, ['%generative%ai%', 'ai_%', 'ai %', '%data_science%', '%data science%', '%digital_assistant%']) }}
            then 'AI and Machine Learning'
        when {{ like_any(service, ['%storage%', '%object%store%', '%archive%', '%lustre%']) }} then 'Storage'
        when {{ like_any(service, ['%network%', 'vcn%', '%load%balancer%', '%fastconnect%', 'dns%', '%vpn%', '%gateway%']) }}
            then 'Networking'
        when {{ like_any(service, ['%compute%', '%container%', '%kubernetes%', '%functions%', '%oke%']) }} then 'Compute'
        when {{ like_any(service, ['%vault%', '%key_management%', 'kms%', '%security%', '%firewall%', 'waf%', '%guard%']) }}
            then 'Security'
        when {{ like_any(service, ['%logging%', '%monitoring%', '%telemetry%', '%notification%', '%apm%']) }}
            then 'Management and Governance'
        when {{ like_any(service, ['%analytics%', '%data_flow%', '%big_data%', '%data_catalog%']) }} then 'Analytics'
        when {{ like_any(service, ['%streaming%', '%queue%', '%integration%']) }} then 'Integration'
        else 'Other'
    end
{%- endmacro %}
