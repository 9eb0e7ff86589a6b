{# Resources of one account and service whose ids look alike: what one person or program most likely made. #}
{% macro kin_of() -%}
    concat_ws(' ', service_name, sub_account_id, {{ look_of('resource_id') }})
{%- endmacro %}
