{#
    What a data test looks at: of a model that is built by period, the periods of this run. The
    others were tested when they were built, and a test that read them all would grow with history.
#}
{% macro get_where_subquery(relation) -%}
    {%- set node = graph.get("nodes", {}).get(model.attached_node) -%}
    {%- set config_of_node = node.config if node else {} -%}
    {%- set period = config_of_node.get('meta', {}).get('period_column') -%}
    {%- if not period and config_of_node.get('incremental_strategy') == 'replace_periods' -%}
        {%- set period = 'billing_period' -%}
    {%- endif -%}
    {%- if period and var('billing_periods') -%}
        (select * from {{ relation }} where {{ in_periods(period) }}) as tested
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
