{# Tokens of which a part is counted here and the rest where another tool saw them too: whole tokens. #}
{% macro tokens_counted() -%}
    case part_counted when 1 then quantity else round(cast(quantity as double) * part_counted) end
{%- endmacro %}
