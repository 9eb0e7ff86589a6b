{# Byte-seconds as GiB-hours: 3,600 seconds of 1,073,741,824 bytes. #}
{% macro gib_hours(byte_seconds) -%}
    {{ divided('cast(' ~ byte_seconds ~ ' as decimal(38, 3))', 3600 * 1073741824) }}
{%- endmacro %}
