{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
) }}

{%- set line = ['identity_namespace', 'order_number', 'product_number'] %}

with

delivered as (

    {{ delivered_records(ref('silver_crm__sales_lines_checked'), 'crm.sales_details') }}

),

newest as (

    select max(batch_id) as built_from_batch_id from delivered

),

accepted as (

    select * from delivered
    where rejection_reason is null

),

{% if is_incremental() %}

-- A full delivery may take a line out of any order.
touched_orders as (

    select distinct
        identity_namespace,
        order_number
    from accepted
    where
        newest_delivery_number is not null
        or batch_id
        > (select coalesce(max(loaded.built_from_batch_id), 0) from {{ this }} as loaded)

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

latest as (

    {{ latest_of_many_records('selected', line) }}

),

-- A record that was rejected proves all the same that its line is still there.
delivered_lines as (

    select distinct {{ line | join(', ') }} from delivered
    where delivery_number >= newest_delivery_number

),

resolved as (

    select
        latest.*,
        latest.newest_delivery_number is not null
        and delivered_lines.product_number is null as is_deleted
    from latest
    left join delivered_lines
        on
            latest.identity_namespace = delivered_lines.identity_namespace
            and latest.order_number = delivered_lines.order_number
            and latest.product_number = delivered_lines.product_number

),

orders as (

    select
        identity_namespace,
        order_number,
        array_sort(collect_set(case when not is_deleted then product_number end))
            as product_numbers
    from resolved
    group by
        identity_namespace,
        order_number

),

final as (

    select
        {{ surrogate_key([
            'resolved.identity_namespace', 'resolved.order_number', 'resolved.product_number'
        ]) }} as sales_line_key,
        {{ surrogate_key(['resolved.identity_namespace', 'resolved.order_number']) }} as order_key,
        resolved.identity_namespace,
        resolved.order_number,
        resolved.product_number,
        resolved.customer_id,
        resolved.currency_code,
        -- The CRM delivers no line number; the product's place within its order is stable.
        cast(array_position(orders.product_numbers, resolved.product_number) as int) as line_number,
        resolved.quantity,
        resolved.unit_price_amount,
        resolved.sales_amount,
        resolved.superseded_record_count,
        resolved.is_deleted,
        resolved.order_date,
        resolved.ship_date,
        resolved.due_date,
        {{ trace_columns('resolved') }},
        newest.built_from_batch_id,
        {{ build_time() }} as updated_at
    from resolved
    inner join orders
        on
            resolved.identity_namespace = orders.identity_namespace
            and resolved.order_number = orders.order_number
    cross join newest

)

select * from final
