{#
    One, two or three neighbouring words of a text, joined by blanks, as a lateral table with columns words and length.
    Numbers and pieces of identifiers say nothing, and are left out before neighbours are looked for.
#}
{% macro word_runs(text) -%}
    {{ return(adapter.dispatch('word_runs', 'apportion')(text)) }}
{%- endmacro %}

{% macro duckdb__word_runs(text) -%}
    {%- set spoken -%}
        list_filter(
            regexp_extract_all(lower({{ text }}), '[\p{L}\p{N}]+'),
            lambda word: not regexp_full_match(word, '[0-9]{3,}')
                and not (regexp_full_match(word, '[0-9a-f]{4,}') and regexp_matches(word, '[0-9]'))
        )
    {%- endset %}
    (
        select
            entry.run.words as words,
            entry.run.length as length
        from unnest(flatten(list_transform([{{ spoken }}], lambda spoken: flatten(list_transform(
            [1, 2, 3], lambda length: list_transform(
                range(1, len(spoken) + 2 - length), lambda place: {
                    'words': array_to_string(list_slice(spoken, place, place + length - 1), ' '),
                    'length': length
                }
            )
        ))))) as entry (run)
    )
{%- endmacro %}
