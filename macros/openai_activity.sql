{#
    What an OpenAI line item was spent on, by its own words. Usage pages do not know training at
    all: it is on the costs only.
#}
{% macro openai_activity(line_item) -%}
    case
        -- The only training that OpenAI sells is fine-tuning.
        when lower({{ line_item }}) like '%training%' then 'fine_tuning'
        when lower({{ line_item }}) like '%eval%' then 'evaluation'
        -- `ft:gpt-4o-mini, output` is the use of a tuned model, not its tuning.
        when lower({{ line_item }}) like '%input%' or lower({{ line_item }}) like '%output%' then 'inference'
        when lower({{ line_item }}) like '%fine-tun%' then 'fine_tuning'
    end
{%- endmacro %}
