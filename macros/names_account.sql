{# Whether the id of a FOCUS account names this one: it may be the path to it (/subscriptions/ID), in any case. #}
{% macro names_account(path, account) -%}
    position(concat('/', lower({{ account }}), '/') in concat('/', lower({{ path }}), '/')) > 0
{%- endmacro %}
