{#-
    Two tables agree on a total; a difference is one offending row showing both. Totals are
    compared as text, so that a null equals a null and nothing is rounded.
    total, compare_total: SQL aggregates, for example sum(sales_amount) or count(*).
    where, compare_where: filters on either side.
-#}
{% test same_total(model, total, compare_model, compare_total=none, where='true', compare_where='true') %}

with

this_side as (

    select cast({{ total }} as string) as this_total from {{ model }}
    where {{ where }}

),

other_side as (

    select cast({{ compare_total or total }} as string) as other_total from {{ compare_model }}
    where {{ compare_where }}

)

select *
from this_side
cross join other_side
where not coalesce(this_total, 'null') = coalesce(other_total, 'null')

{% endtest %}
