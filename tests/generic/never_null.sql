{# No row lacks any of these columns: one scan for all of them, for a view that a constraint cannot guard. #}
{% test never_null(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}

{% endtest %}
