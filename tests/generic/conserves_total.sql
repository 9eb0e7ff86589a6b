{#
    No dollar is lost or invented: the sums of an amount, by some columns, are those of the
    model it was made from. Null totals fail too. Looks at the periods of this run only.
#}
{% test conserves_total(model, amount, source_model, source_amount, by, period='billing_period', source_period='billing_period') %}

with

kept as (

    select {{ by }}, sum({{ amount }}) as kept_total
    from {{ model }}
    where {{ in_periods(period) }}
    group by {{ by }}

),

given as (

    select {{ by }}, sum({{ source_amount }}) as given_total
    from {{ source_model }}
    where {{ in_periods(source_period) }}
    group by {{ by }}

)

select
    {{ by }},
    given.given_total,
    kept.kept_total

from given

full outer join kept using ({{ by }})

where kept.kept_total is distinct from given.given_total

{% endtest %}
