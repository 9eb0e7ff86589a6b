{#
    A machine, by one name for its cluster and its bill. Both write it in any case; an ARN and Google's global name
    end with what the cluster knows; Azure bills the machines of a scale set as the set.
#}
{% macro machine_id(resource_id) -%}
    {{ return(adapter.dispatch('machine_id', 'apportion')(resource_id)) }}
{%- endmacro %}

{% macro duckdb__machine_id(resource_id) -%}
    regexp_replace(
        regexp_replace(
            lower(trim({{ resource_id }})), '^(arn:[^/]*:instance|//compute[.]googleapis[.]com/.*/instances)/', ''
        ),
        '^(/.*/virtualmachinescalesets/[^/]+)/virtualmachines/[^/]+$', '\1'
    )
{%- endmacro %}
