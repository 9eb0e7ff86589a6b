{# What tells one pod, or one kind of jobs, from the next in every tool that sees them. #}
{% macro workload_of(tags) -%}
    coalesce({{ json_text(tags, 'namespace') }} || '/' || {{ json_text(tags, 'pod') }}, {{ tags }})
{%- endmacro %}
