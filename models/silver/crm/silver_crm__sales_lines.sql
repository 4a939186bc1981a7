{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
) }}

with

checked as (

    select
        *,
        {{ surrogate_key(['identity_namespace', 'order_number']) }} as order_key,
        {{ surrogate_key(['identity_namespace', 'order_number', 'product_number']) }}
            as sales_line_key
    from {{ ref('silver_crm__sales_lines_checked') }}
    where rejection_reason is null

),

{% if is_incremental() %}

touched_orders as (

    select distinct order_key
    from checked
    where batch_id > (select coalesce(max(loaded.order_batch_id), 0) from {{ this }} as loaded)

),

-- An order is built again as a whole: a late line moves the line numbers of the others.
selected as (

    select checked.*
    from checked
    inner join touched_orders
        on checked.order_key = touched_orders.order_key

),

{% else %}

selected as (

    select * from checked

),

{% endif %}

batched as (

    select
        *,
        max(batch_id) over (partition by order_key) as order_batch_id
    from selected

),

ranked as (

    {{ latest_records('batched', table='crm.sales_details', key=['sales_line_key']) }}

),

latest as (

    select * from ranked
    where recency_rank = 1

),

final as (

    select
        sales_line_key,
        order_key,
        identity_namespace,
        order_number,
        product_number,
        customer_id,
        currency_code,
        -- The CRM delivers no line number; the product's place within its order is stable.
        cast(
            row_number() over (partition by order_key order by product_number) as int
        ) as line_number,
        quantity,
        unit_price_amount,
        sales_amount,
        superseded_record_count,
        order_date,
        ship_date,
        due_date,
        {{ trace_columns() }},
        order_batch_id,
        {{ build_time() }} as updated_at
    from latest

)

select * from final
