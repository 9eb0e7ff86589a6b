{% macro bill__anthropic() -%}
    {{ return(ref('stg_anthropic__charges')) }}
{%- endmacro %}
