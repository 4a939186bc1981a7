{#-
    Nothing lost on the way from the checked records to the latest ones: every checked record is
    rejected, is a latest record, or was replaced by one (superseded_record_count). Records of a
    full delivery that is held back do not count on either side.
-#}
{% test every_record_accounted_for(model, checked_model, table) %}

with

checked as (

    select
        count(*) as checked_count,
        count(rejection_reason) as rejected_count
    from (
        {{ delivered_records(checked_model, table) }}
    ) as delivered

),

latest as (

    select coalesce(sum(1 + superseded_record_count), 0) as kept_count from {{ model }}

)

select *
from checked
cross join latest
where checked_count <> rejected_count + kept_count

{% endtest %}
