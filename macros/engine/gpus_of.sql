{#
    The GPUs that a Slurm job's devices are. A MIG slice is a device there, known by the profile in its type
    (`gres/gpu:a100_3g.20gb=1`), and is its part of a GPU; all others are whole, also those that no type tells.
    Null if there are no devices. `typed` is what a type and its count look like, the count last.
#}
{% macro gpus_of(devices, text, typed) -%}
    {{ return(adapter.dispatch('gpus_of', 'apportion')(devices, text, typed)) }}
{%- endmacro %}

{% macro duckdb__gpus_of(devices, text, typed) -%}
    list_transform(
        [list_filter(
            list_transform(regexp_extract_all({{ text }}, '{{ typed }}'), lambda found: {
                'devices': cast(regexp_extract(found, '[0-9]+$') as bigint), 'part': {{ gpu_part('found', 'found') }}
            }),
            lambda found: found['part'] < 1
        )],
        lambda slices:
            {{ devices }}
            - least({{ devices }}, coalesce(list_sum(list_transform(slices, lambda found: found['devices'])), 0))
            + coalesce(list_sum(list_transform(slices, lambda found: found['devices'] * found['part'])), 0)
    )[1]
{%- endmacro %}
