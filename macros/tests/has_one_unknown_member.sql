{#- A dimension has exactly one unknown member, under the stated key. -#}
{% test has_one_unknown_member(model, column_name, unknown_key) %}

select count(*) as unknown_member_count
from {{ model }}
where is_unknown_member
having count(*) <> 1 or min({{ column_name }}) <> {{ unknown_key }}

{% endtest %}
