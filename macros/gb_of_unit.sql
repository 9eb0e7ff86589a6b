{#
    How many GB (10^9 bytes) a unit of a bill is: of 'GB', 'GiB-Hours' and the like the part before the time. Null
    for anything else, also for gigabits (Gb). A bill that writes GB and means GiB is taken at its word.
#}
{% macro gb_of_unit(unit) -%}
    case {{ captured(unit, '^([KMGTP]i?B|[Bb]yte|[Gg]ibibyte)s?(?:[-/ ][A-Za-z]+)?$') }}
        when 'Byte' then 0.000000001
        when 'byte' then 0.000000001
        when 'KB' then 0.000001
        when 'KiB' then 0.000001024
        when 'MB' then 0.001
        when 'MiB' then 0.001048576
        when 'GB' then 1
        when 'GiB' then 1.073741824
        when 'Gibibyte' then 1.073741824
        when 'gibibyte' then 1.073741824
        when 'TB' then 1000
        when 'TiB' then 1099.511627776
        when 'PB' then 1000000
        when 'PiB' then 1125899.906842624
    end
{%- endmacro %}
