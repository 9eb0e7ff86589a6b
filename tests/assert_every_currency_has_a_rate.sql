-- A month billed in a currency that exchange_rates.csv does not convert would show up as null money.
select
    billing_period,
    billing_currency,
    concat(
        'add a line to exchange_rates.csv: ', billing_period, ',', billing_currency, ',',
        '{{ var("reporting_currency") }}', ',RATE'
    ) as to_do

from {{ ref('int_charges__rates') }}

where {{ in_periods() }} and rate is null
