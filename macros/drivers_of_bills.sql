{#
    What owners are charged for themselves may weigh too: as money, as what they store and send, and as what commitments
    cover.
#}
{% macro drivers_of_bills() -%}
    {{ return(['direct_cost', 'storage_gb_days', 'network_gb', 'covered_cost']) }}
{%- endmacro %}
