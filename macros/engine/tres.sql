{#
    How many of a resource a Slurm job holds (`cpu=12,gres/gpu=2,gres/gpu:a100=2`): the count of its
    bare name, which sums its types, else the sum of the types; null if it is not named.
#}
{% macro tres(text, name) -%}
    {{ return(adapter.dispatch('tres', 'apportion')(text, name)) }}
{%- endmacro %}

{% macro duckdb__tres(text, name) -%}
    coalesce(
        try_cast(regexp_extract({{ text }}, '(?:^|,){{ name }}=([0-9]+)', 1) as bigint),
        list_sum(cast(regexp_extract_all({{ text }}, '(?:^|,){{ name }}:[^=,]+=([0-9]+)', 1) as bigint []))
    )
{%- endmacro %}
