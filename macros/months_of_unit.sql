{#
    How many months a unit of a bill lasts, 'GB-Mo' one and 'GB-Hours' the hour's part of the month of `date`. Null for
    a unit without a time.
#}
{% macro months_of_unit(unit, date) -%}
    case lower({{ captured(unit, '(?i)[-/ ](mo|month|day|hour|hr|second)s?$') }})
        when 'mo' then 1
        when 'month' then 1
        when 'day' then 1.0 / day(last_day({{ date }}))
        when 'hour' then 1.0 / (24 * day(last_day({{ date }})))
        when 'hr' then 1.0 / (24 * day(last_day({{ date }})))
        when 'second' then 1.0 / (86400 * day(last_day({{ date }})))
    end
{%- endmacro %}
