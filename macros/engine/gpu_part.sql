{#
    The part of a GPU that a MIG profile is, by its compute slices: `3g.40gb` is 3 of 7, and of an A30
    there are 4. A null profile is the whole GPU.
#}
{% macro gpu_part(mig_profile, gpu_model) -%}
    {{ return(adapter.dispatch('gpu_part', 'apportion')(mig_profile, gpu_model)) }}
{%- endmacro %}

{% macro duckdb__gpu_part(mig_profile, gpu_model) -%}
    coalesce(
        cast(nullif(regexp_extract({{ mig_profile }}, '([0-9]+)g\.', 1), '') as double)
        / case when {{ gpu_model }} like '%A30%' then 4 else 7 end,
        1
    )
{%- endmacro %}
