{#
    The AI activity that labels, job types and the like name as words of their own, in lower case.
    The narrower comes first: fine-tuning is training too. What no word names stays unknown.
#}
{% macro activity_of_words(words) -%}
    case
        when {{ has_word(words, 'fine[-_ ]?tun(e|ing)|sft|lora|rlhf') }} then 'fine_tuning'
        when {{ has_word(words, '(pre)?[-_ ]?train(ing)?|sweep') }} then 'training'
        when {{ has_word(words, 'eval(uation)?|evals|benchmark(ing|s)?') }} then 'evaluation'
        when {{ has_word(words, 'inference|serving|deploy(ment)?') }} then 'inference'
        when {{ has_word(words, 'data(sets?|[-_ ]prep(aration)?)?|labell?ing|annotation|etl') }} then 'data_preparation'
        when {{ has_word(words, 'monitoring|observability') }} then 'observability'
        when {{ has_word(words, 'orchestration') }} then 'orchestration'
        when {{ has_word(words, 'tooling') }} then 'tooling'
    end
{%- endmacro %}
