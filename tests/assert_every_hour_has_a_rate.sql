-- Hours of a role and day that rate_card.csv does not price would be worked for nothing.
select
    role,
    min(charge_date) as first_charge_date,
    max(charge_date) as last_charge_date,
    sum(hours_worked) as hours_worked,
    concat('add a line of role ', role, ' to rate_card.csv that holds on these days') as to_do

from {{ ref('int_charges__hours_priced') }}

where {{ in_periods() }} and effective_cost is null

group by role
