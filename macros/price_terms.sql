{# What beside model and day decides the price of a token, by the tags of its use: the tier, and how long a prompt must be. #}
{% macro price_terms(tags) -%}
    coalesce(nullif(lower({{ json_text(tags, 'service_tier') }}), 'default'), 'standard') as service_tier,
    -- Of 200k-1M the start; below the first length, and where nobody says, none.
    coalesce(1000 * cast({{ captured(json_text(tags, 'context_window'), '^([0-9]+)k') }} as integer), 0) as context_tokens
{%- endmacro %}
