{#-
    One row per key: the latest accepted record, see latest_first(), how many older ones it
    replaces, and whether its source has deleted it: the newest full delivery has no record of the
    key, not even a bad one.
-#}
{% macro latest_records(relation, table, key, business_date=none) -%}
    select
        *,
        count(*) over (partition by {{ key | join(', ') }}) - 1 as superseded_record_count,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                {{ latest_first(business_date) | indent(16) }}
        ) as recency_rank
    from (
        select
            *,
            coalesce(
                coalesce(max(delivery_number) over (partition by {{ key | join(', ') }}), 0)
                < newest_delivery_number,
                false
            ) as is_deleted
        from (
            {{ delivered_records(relation, table) }}
        ) as delivered
    ) as told_apart
    where rejection_reason is null
{%- endmacro %}
