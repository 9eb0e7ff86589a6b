{# A day of a license's term: one charge, which a charge group holds for each holder of its seats. #}
{% macro is_license_day() -%}
    (feed = 'licenses' and billing_account_id = 'licenses' and charge_category = 'Usage')
{%- endmacro %}
