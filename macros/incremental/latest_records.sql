{#-
    One row per key: the latest accepted record, how many older ones it replaces, and whether its
    source has deleted it: the newest full delivery has no record of the key, not even a bad one.
    Latest is decided by the full delivery it came in, if it came in one, then by the record's own
    business date if it has one, then by the file's modification time, path and row number; not by
    when a file was loaded, so that any order of arrival gives the same rows. Only where all of
    these are equal, because a file was overwritten without a new time, the batch loaded last is the
    later one.
-#}
{% macro latest_records(relation, table, key, business_date=none) -%}
    select
        *,
        count(*) over (partition by {{ key | join(', ') }}) - 1 as superseded_record_count,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                delivery_number desc nulls last,
                {%- if business_date %}
                {{ business_date }} desc nulls last,
                {%- endif %}
                file_modified_at desc nulls last,
                file_path desc nulls last,
                file_row_number desc nulls last,
                batch_id desc
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
