{#-
    One row per key: the latest accepted record, and how many older ones it replaces.
    Latest is decided by the record's own business date if it has one, then by the file's
    modification time, path and row number; not by when a file was loaded, so that any order of
    arrival gives the same rows. Only where all of these are equal, because a file was overwritten
    without a new time, the batch loaded last is the later one.
-#}
{% macro latest_records(relation, key, business_date=none) -%}
    select
        *,
        count(*) over (partition by {{ key | join(', ') }}) - 1 as superseded_record_count,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                {%- if business_date %}
                {{ business_date }} desc nulls last,
                {%- endif %}
                file_modified_at desc nulls last,
                file_path desc nulls last,
                file_row_number desc nulls last,
                batch_id desc
        ) as recency_rank
    from {{ relation }}
    where rejection_reason is null
{%- endmacro %}
