-- Usage of a SKU that list_prices does not price would be had for nothing, and of one with several prices at once (in
-- two currencies, or for its cloud and for all) be paid as often.
with

units_priced as (

    select
        sku_id,
        charge_date,
        charge_id,
        any_value(consumed_quantity) as consumed_quantity,
        count(*) as prices,
        min(billing_currency) as first_currency,
        max(billing_currency) as last_currency

    from {{ ref('int_charges__databricks_priced') }}

    where {{ in_periods() }}

    group by sku_id, charge_date, charge_id

    having count(*) > 1 or max(billed_cost) is null

)

select
    sku_id,
    min(charge_date) as first_charge_date,
    max(charge_date) as last_charge_date,
    sum(consumed_quantity) as consumed_quantity,
    case
        when max(prices) = 1 then concat('deliver a list_prices extract that has ', sku_id, ' on these days')
        else
            concat(
                'it has ', max(prices), ' prices at once, in ', min(first_currency), ' and ', max(last_currency),
                ': deliver the extract of list_prices with the one that is not paid again, without it, under its folder'
                ' and name'
            )
    end as to_do

from units_priced

group by sku_id
