{#- Every row keeps a law: lists the rows for which the expression is false or null. -#}
{% test row_identity(model, expression) %}

select * from {{ model }}
where not coalesce({{ expression }}, false)

{% endtest %}
