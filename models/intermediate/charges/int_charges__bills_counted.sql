{{ config(materialized='view') }}

with

bills as (

    select * from {{ ref('int_charges__bills') }}

),

resales as (

    select * from {{ ref('int_charges__resales') }}

),

bills_counted as (

    select *
    from bills
    where {{ not_resold('bills', 'resales') }}

)

select * from bills_counted
