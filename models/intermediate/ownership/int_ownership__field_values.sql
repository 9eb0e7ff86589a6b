with

group_fields as (

    select * from {{ ref('int_ownership__group_fields') }}

),

field_values as (

    select distinct
        field,
        field_value,
        lower(field_value) as folded_value

    from group_fields

)

select * from field_values
