{#
    A part of an amount that, summed over the parts, is the amount: each part is the amount
    times its share, and the part named by `is_last` takes what the rounding left. `whole`
    are the columns that tell one amount from another.
#}
{% macro split_exactly(amount, share, is_last, whole) -%}
    case
        when {{ is_last }}
            then
                {{ amount }}
                - coalesce(
                    sum(case when not {{ is_last }} then {{ part_of(amount, share) }} end)
                        over (partition by {{ whole | join(', ') }}),
                    0
                )
        else {{ part_of(amount, share) }}
    end
{%- endmacro %}
