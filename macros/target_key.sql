{# A target among those of its pool, in the order of their names. #}
{% macro target_key() -%}
    concat_ws(chr(31), team_id, project_id, lifecycle_stage, target_pool_id)
{%- endmacro %}
