{#
    No dollar is lost or invented: the sums of an amount, by some columns, are those of the
    model it was made from. Null totals fail too. Looks at the periods of this run only.
    Several amounts of one pair of models are lists, in the same order: each model is read once.
#}
{% test conserves_total(model, amount, source_model, source_amount, by, period='billing_period', source_period='billing_period') %}

{%- set amounts = [amount] if amount is string else amount %}
{%- set source_amounts = [source_amount] if source_amount is string else source_amount %}
{%- if amounts | length != source_amounts | length %}
    {{ exceptions.raise_compiler_error("conserves_total of " ~ model ~ ": name as many source amounts as amounts") }}
{%- endif %}

with

kept as (

    select {{ by }}{% for sum in amounts %}, sum({{ sum }}) as kept_total_{{ loop.index }}{% endfor %}
    from {{ model }}
    where {{ in_periods(period) }}
    group by {{ by }}

),

given as (

    select {{ by }}{% for sum in source_amounts %}, sum({{ sum }}) as given_total_{{ loop.index }}{% endfor %}
    from {{ source_model }}
    where {{ in_periods(source_period) }}
    group by {{ by }}

)

select *

from given

full outer join kept using ({{ by }})

where
    {% for _ in amounts -%}
    kept.kept_total_{{ loop.index }} is distinct from given.given_total_{{ loop.index }}{{ ' or ' if not loop.last }}
    {% endfor %}

{% endtest %}
