{#
    The range of tokens that a request's prompt is in, as Anthropic writes it (200k-1M), null below the first: the
    lengths of prompt above which price lists may have other prices.
#}
{% macro context_window(tokens) -%}
    {%- set starts = [32, 100, 128, 200, 256, 272, 512] -%}
    case
        {%- for start in starts | reverse %}
        when {{ tokens }} > {{ start * 1000 }}
            then '{{ start }}k-{{ '' if loop.first else starts[starts | length - loop.index + 1] ~ 'k' }}'
        {%- endfor %}
    end
{%- endmacro %}
