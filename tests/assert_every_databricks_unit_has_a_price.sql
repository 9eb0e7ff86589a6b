-- Usage of a SKU that list_prices does not price would be had for nothing.
select
    sku_id,
    min(charge_date) as first_charge_date,
    max(charge_date) as last_charge_date,
    sum(consumed_quantity) as consumed_quantity,
    concat('deliver a list_prices extract that has ', sku_id, ' on these days') as to_do

from {{ ref('int_charges__databricks_priced') }}

where {{ in_periods() }} and billed_cost is null

group by sku_id
