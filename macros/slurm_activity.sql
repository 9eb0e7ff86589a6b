{#
    What a Slurm job does, as far as the name of its queue says so: administrators name partitions
    and QOS after it. Null where they did not; job names are never asked, they are free text.
#}
{% macro slurm_activity(queue) -%}
    case
        when {{ matches(queue, "(?i)(^|[-_ ])(fine[-_]?tun\\w*|sft|lora)([-_ ]|$)") }} then 'fine_tuning'
        when {{ matches(queue, "(?i)(^|[-_ ])(pre)?train(ing)?([-_ ]|$)") }} then 'training'
        when {{ matches(queue, "(?i)(^|[-_ ])eval(uation)?([-_ ]|$)") }} then 'evaluation'
        when {{ matches(queue, "(?i)(^|[-_ ])(inference|serv(e|ing))([-_ ]|$)") }} then 'inference'
    end
{%- endmacro %}
