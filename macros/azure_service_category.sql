{#
    The FOCUS category of an Azure charge. The meter's category decides: exports are met whose
    ServiceFamily says Compute on every row. Where it is a name that is not listed here, the family
    is believed; what neither tells is Other.
#}
{% macro azure_service_category(meter_category, service_family) -%}
    case
        when {{ like_any(meter_category, [
            '%openai%', 'foundry %', 'cognitive services%', 'azure ai %', 'azure machine learning%', 'azure applied ai%',
            'azure cognitive search%', 'azure bot service%', 'machine learning%'
        ]) }} then 'AI and Machine Learning'
        -- Before Compute and Networking: "SQL Server on Virtual Machines" is priced as a database.
        when {{ like_any(meter_category, [
            'sql %', 'azure sql %', 'azure database for %', 'azure cosmos db%', 'redis cache%', 'azure managed redis%'
        ]) }} then 'Databases'
        when {{ like_any(meter_category, [
            'virtual machine%', 'container %', 'azure kubernetes%', 'azure container%', 'functions%', 'azure app service%',
            'app service%', 'cloud services%', 'azure spring%', 'batch%', 'specialized compute%', 'azure vmware%'
        ]) }} then 'Compute'
        when {{ like_any(meter_category, [
            'storage%', 'azure netapp files%', 'backup%', 'azure data lake storage%', 'azure managed lustre%', 'azure hpc cache%'
        ]) }} then 'Storage'
        when {{ like_any(meter_category, [
            'bandwidth%', 'virtual network%', 'load balancer%', 'application gateway%', 'vpn gateway%', 'expressroute%',
            'nat gateway%', 'azure dns%', 'azure front door%', 'content delivery network%', 'traffic manager%',
            'virtual wan%', 'network watcher%', 'private link%'
        ]) }} then 'Networking'
        when {{ like_any(meter_category, [
            'key vault%', 'azure firewall%', 'microsoft defender%', 'advanced threat protection%',
            'advanced data security%', 'security center%', 'sentinel%', 'azure ddos%'
        ]) }} then 'Security'
        when {{ like_any(meter_category, [
            'azure databricks%', 'azure synapse%', 'hdinsight%', 'azure data factory%', 'stream analytics%', 'microsoft fabric%',
            'azure data explorer%', 'power bi%', 'microsoft purview%'
        ]) }} then 'Analytics'
        when {{ like_any(meter_category, [
            'log analytics%', 'azure monitor%', 'application insights%', 'automation%', 'azure site recovery%',
            'azure grafana%', 'azure policy%', 'scheduler%'
        ]) }} then 'Management and Governance'
        when {{ like_any(meter_category, [
            'service bus%', 'event hubs%', 'event grid%', 'logic apps%', 'api management%', 'notification hubs%'
        ]) }} then 'Integration'
        when {{ like_any(meter_category, ['azure devops%', 'visual studio%', 'github%', 'azure app configuration%']) }}
            then 'Developer Tools'
        else case {{ service_family }}
            when 'ai + machine learning' then 'AI and Machine Learning'
            when 'analytics' then 'Analytics'
            when 'compute' then 'Compute'
            when 'containers' then 'Compute'
            when 'databases' then 'Databases'
            when 'data' then 'Databases'
            when 'developer tools' then 'Developer Tools'
            when 'identity' then 'Identity'
            when 'integration' then 'Integration'
            when 'internet of things' then 'Internet of Things'
            when 'management and governance' then 'Management and Governance'
            when 'media' then 'Media'
            when 'networking' then 'Networking'
            when 'security' then 'Security'
            when 'storage' then 'Storage'
            when 'web' then 'Web'
            else 'Other'
        end
    end
{%- endmacro %}
