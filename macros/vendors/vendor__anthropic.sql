{% macro vendor__anthropic() -%}
    {{ return(['anthropic', 'claude']) }}
{%- endmacro %}
