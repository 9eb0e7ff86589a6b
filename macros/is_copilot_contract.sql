{# Whether a license of the register is of GitHub Copilot's seats: by its name, as the list of seats wants it, or by what it is of. #}
{% macro is_copilot_contract(license_id, vendor, product) -%}
    (
        {{ license_id }} like 'github-copilot%'
        or (lower({{ vendor }}) like '%github%' and lower({{ product }}) like '%copilot%')
    )
{%- endmacro %}
