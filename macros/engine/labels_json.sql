{#
    Labels as OpenShift metering writes them, `label_team:search|label_stage:dev`, as a JSON object, in
    the order of their keys; the first of a key counts. Null if there are none.
#}
{% macro labels_json(text) -%}
    {{ return(adapter.dispatch('labels_json', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__labels_json(text) -%}
    {%- set keys = "list_sort(list_distinct(regexp_extract_all(" ~ text ~ ", '(?:^|[|])([^|:]+):', 1)))" -%}
    case when {{ text }} <> '' then cast(to_json(map(
        list_transform({{ keys }}, lambda key: regexp_replace(key, '^label_', '')),
        list_transform({{ keys }}, lambda key: regexp_extract({{ text }}, concat('(?:^|[|])', key, ':([^|]*)'), 1))
    )) as varchar) end
{%- endmacro %}
