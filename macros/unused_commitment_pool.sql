{# The pool of what was committed to and nobody used, on a bill or of a pool's capacity. #}
{% macro unused_commitment_pool() -%}
    'unused_commitment'
{%- endmacro %}
