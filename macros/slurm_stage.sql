{# The lifecycle stage that the name of a Slurm job's queue tells; null where it tells none. #}
{% macro slurm_stage(queue) -%}
    case
        when {{ matches(queue, "(?i)(^|[-_ ])(debug|dev(el)?|interactive)([-_ ]|$)") }} then 'development'
        when {{ matches(queue, "(?i)(^|[-_ ])test(ing)?([-_ ]|$)") }} then 'testing'
        when {{ matches(queue, "(?i)(^|[-_ ])prod(uction)?([-_ ]|$)") }} then 'production'
    end
{%- endmacro %}
