{#
    The incremental strategy of every model with a billing_period: the periods of this run
    are emptied and written anew (`meta: period_column` names the column, if another), so that a period whose rows all went away is empty too.
#}
{% macro get_incremental_replace_periods_sql(arg_dict) -%}
    {%- set period = config.get('meta', {}).get('period_column', 'billing_period') -%}
    {%- set columns = arg_dict["dest_columns"] | map(attribute="quoted") | join(", ") -%}
    delete from {{ arg_dict["target_relation"] }}
    where {{ in_periods(period) }};

    insert into {{ arg_dict["target_relation"] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict["temp_relation"] }}
{%- endmacro %}
