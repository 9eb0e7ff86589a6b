-- Seats of a license that no contract has cost nothing, and a mistyped license leaves those of the right one unused.
-- A warning: the two registers come apart, and every amount is charged all the same.
{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'stg_licenses__assignments'}}}) }}

select
    license_id,
    sum(seats) as seats,
    min(assigned_from_date) as first_day,
    'no contract has this license, so its seats cost nothing: correct it, or add its contract to the register' as to_do

from {{ ref('stg_licenses__assignments') }}

where license_id not in (select contracts.license_id from {{ ref('stg_licenses__contracts') }} as contracts)

group by license_id
