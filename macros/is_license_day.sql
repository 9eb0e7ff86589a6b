{# A day of a license's term: one charge, which a charge group holds for each holder of its seats. #}
{% macro is_license_day(feed='feed', account_id='billing_account_id', charge_category='charge_category') -%}
    ({{ feed }} = 'licenses' and {{ account_id }} = 'licenses' and {{ charge_category }} = 'Usage')
{%- endmacro %}
