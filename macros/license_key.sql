{# A license's day is one charge that several charge groups hold: it is found by the license, not by its group. #}
{% macro license_key(license_id) -%}
    concat('license', chr(31), {{ license_id }})
{%- endmacro %}
