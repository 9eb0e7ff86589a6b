{#
    Where an issue stands: todo, in_progress, done, or canceled where its resolution says that the work
    was not done. A category comes by its name (CSV), its key (REST) or its id (loaders).
#}
{% macro jira_status_category(category, resolution='null') -%}
    case
        when lower({{ resolution }}) in (
            'won''t do', 'won''t fix', 'wontfix', 'duplicate', 'declined', 'cannot reproduce', 'rejected', 'canceled',
            'cancelled', 'obsolete', 'invalid'
        )
            then 'canceled'
        when lower({{ category }}) in ('done', '3') then 'done'
        when lower({{ category }}) in ('in progress', 'indeterminate', '4') then 'in_progress'
        when lower({{ category }}) in ('to do', 'new', 'undefined', '2') then 'todo'
    end
{%- endmacro %}
