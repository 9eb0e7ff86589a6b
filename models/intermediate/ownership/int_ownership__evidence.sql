{# The kinds in the order of belief; rules have one place, since their own priority comes first. #}
{% set places = {
    'override': 10, 'register': 15, 'tag': 20, 'link': 40, 'id': 50, 'account': 50, 'service': 50,
    'scheduler': 50, 'name': 50, 'component': 50, 'hint': 90,
} %}

with

evidence_order as (

    select * from {{ ref('evidence_order') }}

),

kinds as (

    {% for evidence, place in places.items() -%}
    select '{{ evidence }}' as evidence, {{ place }} as place, {{ loop.index }} as kind_place
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

evidence as (

    select
        kinds.evidence,
        coalesce(evidence_order.place, kinds.place) as place,
        kinds.kind_place

    from kinds

    left join evidence_order
        on kinds.evidence = evidence_order.evidence

)

select * from evidence
