{# One ownership rule against one value: equals and like ignore case, a regex is taken as written. #}
{% macro matches(value, operator, pattern) -%}
    {{ return(adapter.dispatch('matches', 'apportion')(value, operator, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches(value, operator, pattern) -%}
    case {{ operator }}
        when 'equals' then lower({{ value }}) = lower({{ pattern }})
        when 'like' then {{ value }} ilike {{ pattern }}
        when 'regex' then regexp_matches({{ value }}, {{ pattern }})
    end
{%- endmacro %}
