{#
    Whether a charge of a cloud's bill is for what the vendor of another feed sells: its publisher or its service has one
    of the words that the macro vendor__<feed> returns.
#}
{% macro sells(feed, publisher_name, service_name) -%}
    case {{ feed }}
        {%- for vendor, words in returned_by('vendor__') %}
        when '{{ vendor }}'
            then
            {%- for word in words %}
                lower(concat_ws(' ', {{ publisher_name }}, {{ service_name }})) like '%{{ word }}%'
                {{- ' or' if not loop.last }}
            {%- endfor %}
        {%- endfor %}
    end
{%- endmacro %}
