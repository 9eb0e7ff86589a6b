{#
    What a meter of a hosted model counts, by the words in its name; they have no grammar ("gpt 4o 0806 Inp
    Data Zone Tokens", "gpt 4o mini dev ft cchd inpt glbl Tokens"). Null: no meter of a model, or one that
    these words do not tell.
#}
{% macro azure_model_use(service, meter_words) -%}
    case
        when not {{ like_any(service, ['%openai%', '%foundry models%', '%cognitive services%']) }} then null
        -- Before tokens: training is priced by the token or by the hour.
        when {{ like_any(meter_words, ['% ft %training %', '% fine tuning %', '% finetuning %']) }} then 'tuning'
        when {{ meter_words }} like '% hosting %' then 'hosting'
        -- Capacity that is reserved ahead, however many tokens pass.
        when {{ like_any(meter_words, ['% provisioned managed %', '% ptu %']) }} then 'provisioned'
        when {{ like_any(meter_words, ['% token %', '% tokens %']) }} then 'tokens'
        -- Speech and vision have inputs too, which are not tokens.
        when
            {{ like_any(service, ['%openai%', '%foundry models%']) }}
            and {{ like_any(meter_words, ['% inp %', '% inpt %', '% input %', '% outp %', '% opt %', '% output %']) }}
            then 'tokens'
    end
{%- endmacro %}
