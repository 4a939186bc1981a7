{#-
    The records that count, with the number of the full delivery they came in: those of a delivery
    that is held back do not. Both numbers are null for a table that is delivered incrementally; its
    records are not joined to anything, which would cost a large table dearly.
-#}
{% macro delivered_records(relation, table) -%}
    {%- if has_full_deliveries(table) -%}
    select
        records.*,
        deliveries.delivery_number,
        newest.delivery_number as newest_delivery_number
    from {{ source('ops', 'full_deliveries') }} as deliveries
    right join {{ relation }} as records
        on
            deliveries.batch_id = records.batch_id
            and deliveries.file_path = records.file_path
            and deliveries.table_name = '{{ table }}'
    cross join (
        select max(delivery_number) as delivery_number
        from {{ source('ops', 'full_deliveries') }}
        where table_name = '{{ table }}' and state = 'applied'
    ) as newest
    where coalesce(deliveries.state, 'applied') <> 'held_back'
    {%- else -%}
    select
        *,
        cast(null as bigint) as delivery_number,
        cast(null as bigint) as newest_delivery_number
    from {{ relation }}
    {%- endif -%}
{%- endmacro %}
