{# What GitHub bills; contracts and their seats are registers, and join the bills by the day. #}
{% macro bill__licenses() -%}
    {{ return(ref('int_charges__github_usage')) }}
{%- endmacro %}
