{#
    The part of a GPU that a MIG profile is, by its compute slices: `3g.40gb` is 3 of 7, `2c.3g.40gb` is 2. Of an
    A30 there are 4, of 6 GB each, by which its profiles are known where nothing names the model. What has no
    profile in it (null, `a100_80gb`) is the whole GPU.
#}
{% macro gpu_part(mig_profile, gpu_model) -%}
    {{ return(adapter.dispatch('gpu_part', 'apportion')(mig_profile, gpu_model)) }}
{%- endmacro %}

{% macro duckdb__gpu_part(mig_profile, gpu_model) -%}
    coalesce(
        cast(nullif(
            regexp_extract({{ mig_profile }}, '(?i)(?:^|[^0-9])([1-7])(?:c[.][1-7])?g[.][0-9]+g', 1), ''
        ) as double)
        / case
            when {{ gpu_model }} ilike '%a30%' then 4
            when regexp_matches({{ mig_profile }}, '(?i)(?:^|[^0-9])(?:1g[.]6|2g[.]12|4g[.]24)g') then 4
            else 7
        end,
        1
    )
{%- endmacro %}
