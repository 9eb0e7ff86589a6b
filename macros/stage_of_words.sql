{# The lifecycle stage that the value of a stage or environment tag names, in lower case. #}
{% macro stage_of_words(words) -%}
    case
        when {{ has_word(words, 'prod(uction)?|live') }} then 'production'
        when {{ has_word(words, 'test(ing)?|staging|qa') }} then 'testing'
        when {{ has_word(words, 'dev(elop(ment)?)?|experiment(ation)?|debug|sandbox') }} then 'development'
    end
{%- endmacro %}
