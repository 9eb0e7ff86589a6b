{#
    The macros of this project whose names begin with `prefix`, in alphabetical order: pairs of what comes after
    it and the relation that the macro returns. A union of them needs no list of its own.
#}
{% macro returned_by(prefix) -%}
    {%- set returned = [] -%}
    {%- for name in context.keys() | sort if name.startswith(prefix) -%}
        {%- do returned.append((name[(prefix | length):], context[name]())) -%}
    {%- endfor -%}
    {{ return(returned) }}
{%- endmacro %}
