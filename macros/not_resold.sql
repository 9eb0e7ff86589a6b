{# Whether a charge or total of a vendor's own report counts: `resales` has those that a cloud's bill charges. #}
{% macro not_resold(costs, resales) -%}
    not exists (
        select 1
        from {{ resales }}
        where {{ resales }}.counted = 'bill'
            and {{ costs }}.billing_period = {{ resales }}.billing_period
            and {{ costs }}.feed = {{ resales }}.feed
            and {{ costs }}.billing_account_id = {{ resales }}.billing_account_id
            and {{ costs }}.billing_currency = {{ resales }}.billing_currency
    )
{%- endmacro %}
