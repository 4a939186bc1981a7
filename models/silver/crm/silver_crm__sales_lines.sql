{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
) }}

with

checked as (

    select * from {{ ref('silver_crm__sales_lines_checked') }}

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
    where batch_id > (select coalesce(max(loaded.built_from_batch_id), 0) from {{ this }} as loaded)

),
{% endif %}

-- An order is built again as a whole: a late line moves the line numbers of the others.
selected as (

    select accepted.*
    from {{ 'touched_orders inner join' if is_incremental() }} accepted
    {% if is_incremental() %}
        on
            touched_orders.identity_namespace = accepted.identity_namespace
            and touched_orders.order_number = accepted.order_number
    {% endif %}

),

-- Few lines are delivered more than once; only these are sorted to find the latest record, for
-- sorting all of them cost five times the time and three times the memory.
repeated_lines as (

    select
        identity_namespace,
        order_number,
        product_number
    from selected
    group by identity_namespace, order_number, product_number
    having count(*) > 1

),

repeated_records as (

    select selected.*
    from repeated_lines
    inner join selected
        on
            repeated_lines.identity_namespace = selected.identity_namespace
            and repeated_lines.order_number = selected.order_number
            and repeated_lines.product_number = selected.product_number

),

ranked as (

    {{ latest_records('repeated_records', table='crm.sales_details', key=[
        'identity_namespace', 'order_number', 'product_number'
    ]) }}

),

latest as (

    select selected.*
    from selected
    left anti join ranked
        on
            selected.identity_namespace = ranked.identity_namespace
            and selected.order_number = ranked.order_number
            and selected.product_number = ranked.product_number
            -- Batch, path and row number name a record.
            and selected.batch_id <=> ranked.batch_id
            and selected.file_path <=> ranked.file_path
            and selected.file_row_number <=> ranked.file_row_number
            and ranked.recency_rank > 1

),

-- Products as often as they are delivered. An order of one record needs no list.
orders_of_several as (

    select
        identity_namespace,
        order_number,
        array_sort(collect_list(product_number)) as product_numbers
    from selected
    group by identity_namespace, order_number
    having count(*) > 1

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
        cast(coalesce(array_position(
            array_distinct(orders_of_several.product_numbers), latest.product_number
        ), 1) as int) as line_number,
        latest.quantity,
        latest.unit_price_amount,
        latest.sales_amount,
        cast(coalesce(
            size(orders_of_several.product_numbers)
            - size(array_remove(orders_of_several.product_numbers, latest.product_number)), 1
        ) - 1 as bigint) as superseded_record_count,
        latest.order_date,
        latest.ship_date,
        latest.due_date,
        latest.file_path,
        latest.file_modified_at,
        latest.file_row_number,
        latest.ingestion_timestamp,
        latest.batch_id,
        (select max(checked.batch_id) from checked) as built_from_batch_id,
        {{ build_time() }} as updated_at
    from latest
    left join orders_of_several
        on
            latest.identity_namespace = orders_of_several.identity_namespace
            and latest.order_number = orders_of_several.order_number

)

select * from final
