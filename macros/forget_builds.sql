{#
    What dbt begins to build is no longer what `ingestion.builds` says, whoever called it: plain dbt builds with the
    repository's seeds, and maybe a part of the models only. Such periods are stale until a build of ours has passed.
    One that no build knows is noted too, for the seeds and the tables without periods change all the same.
#}
{% macro forget_builds() -%}
    {%- set changed = [] -%}
    {%- for node in selected_resources if node.split('.') | first in ('model', 'seed') -%}
        {%- do changed.append(node) -%}
    {%- endfor -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed') and changed -%}
        {#- dbt would roll back a transaction that is begun here, and with it what it is told to do. -#}
        {%- call statement('registered', fetch_result=true, auto_begin=false) -%}
            select 1 from information_schema.tables where table_schema = 'ingestion' and table_name = 'builds'
        {%- endcall -%}
        {%- if load_result('registered')['data'] -%}
            update ingestion.builds set inputs = null where {{ in_periods() }};
            {%- for period in var('billing_periods') %}
            insert into ingestion.builds (billing_period)
            select '{{ period }}' where '{{ period }}' not in (select billing_period from ingestion.builds);
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
