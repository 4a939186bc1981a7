{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
) }}

{%- set line = ['identity_namespace', 'order_number', 'product_number'] %}

with

checked as (

    select * from {{ ref('silver_crm__sales_lines_checked') }}

),

newest as (

    select max(batch_id) as built_from_batch_id from checked

),

accepted as (

    select * from checked
    where rejection_reason is null

),

{% if is_incremental() %}

touched_orders as (

    select distinct
        identity_namespace,
        order_number
    from accepted
    where batch_id > (select coalesce(max(built_from_batch_id), 0) from {{ this }})

),

-- An order is built again as a whole: a late line moves the line numbers of the others.
selected as (

    select accepted.*
    from accepted
    left semi join touched_orders
        on
            accepted.identity_namespace = touched_orders.identity_namespace
            and accepted.order_number = touched_orders.order_number

),

{% else %}

selected as (

    select * from accepted

),

{% endif %}

-- Few lines are delivered more than once; only these are sorted to find the latest record, for
-- sorting all of them cost five times the time and three times the memory.
repeated_lines as (

    select {{ line | join(', ') }}
    from selected
    group by {{ line | join(', ') }}
    having count(*) > 1

),

repeated_records as (

    select selected.*
    from selected
    left semi join repeated_lines
        on
            selected.identity_namespace = repeated_lines.identity_namespace
            and selected.order_number = repeated_lines.order_number
            and selected.product_number = repeated_lines.product_number

),

ranked as (

    {{ latest_records('repeated_records', table='crm.sales_details', key=line) }}

),

latest_of_repeated as (

    select * from ranked
    where recency_rank = 1

),

latest as (

    select
        selected.*,
        coalesce(latest_of_repeated.superseded_record_count, 0) as superseded_record_count
    from selected
    left join latest_of_repeated
        on
            selected.identity_namespace = latest_of_repeated.identity_namespace
            and selected.order_number = latest_of_repeated.order_number
            and selected.product_number = latest_of_repeated.product_number
    where
        latest_of_repeated.product_number is null
        -- Batch, path and row number name a record.
        or (
            selected.batch_id <=> latest_of_repeated.batch_id
            and selected.file_path <=> latest_of_repeated.file_path
            and selected.file_row_number <=> latest_of_repeated.file_row_number
        )

),

orders as (

    select
        identity_namespace,
        order_number,
        array_sort(collect_set(product_number)) as product_numbers
    from selected
    group by
        identity_namespace,
        order_number

),

final as (

    select
        {{ surrogate_key([
            'latest.identity_namespace', 'latest.order_number', 'latest.product_number'
        ]) }} as sales_line_key,
        {{ surrogate_key(['latest.identity_namespace', 'latest.order_number']) }} as order_key,
        latest.identity_namespace,
        latest.order_number,
        latest.product_number,
        latest.customer_id,
        latest.currency_code,
        -- The CRM delivers no line number; the product's place within its order is stable.
        cast(array_position(orders.product_numbers, latest.product_number) as int) as line_number,
        latest.quantity,
        latest.unit_price_amount,
        latest.sales_amount,
        latest.superseded_record_count,
        latest.order_date,
        latest.ship_date,
        latest.due_date,
        latest.file_path,
        latest.file_modified_at,
        latest.file_row_number,
        latest.ingestion_timestamp,
        latest.batch_id,
        newest.built_from_batch_id,
        {{ build_time() }} as updated_at
    from latest
    inner join orders
        on
            latest.identity_namespace = orders.identity_namespace
            and latest.order_number = orders.order_number
    cross join newest

)

select * from final
