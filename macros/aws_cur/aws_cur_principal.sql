{# The role behind a call, whether the bill names it or a session of it; a hash of whoever else called. #}
{% macro aws_cur_principal() -%}
    replace(replace(line_item_iam_principal, ':sts:', ':iam:'), ':assumed-role/', ':role/')
{%- endmacro %}
