{# Every price column of a price list: each token driver's, for each service tier. #}
{% macro token_price_columns() -%}
    {%- set columns = [] -%}
    {%- for price in token_prices().values() -%}
        {%- for suffix in service_tiers().values() -%}
            {%- do columns.append(price ~ suffix) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
