{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
    post_hook="{{ delete_what_is_gone('sales_line_key', gone=
        'select sales_line_key from ' ~ this ~ ' where updated_at < ' ~ build_time()
    ) }}",
) }}

{%- set line = ['identity_namespace', 'order_number', 'product_number'] %}
{%- set is_full = has_full_deliveries('crm.sales_details') %}
{#- What the lines of an order are numbered by: those that were deleted come last. #}
{%- set place = 'product_number' if not is_full else
    'concat(cast(is_deleted as string), product_number)' %}

with

checked as (

    {{ delivered_records(ref('silver_crm__sales_lines_checked'), 'crm.sales_details') }}

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
    where
        batch_id > (select coalesce(max(loaded.built_from_batch_id), 0) from {{ this }} as loaded)
        -- A full delivery may lack a line of any order.
        or newest_delivery_number is not null

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

told_apart as (

    {{ with_is_deleted('selected', 'checked', 'crm.sales_details', key=line) }}

),

latest as (

    {{ latest_of_many_records('told_apart', key=line) }}

),

-- Lines as often as they are delivered. An order of one record needs no list.
orders_of_several as (

    select
        identity_namespace,
        order_number,
        array_sort(collect_list({{ place }})) as places
    from told_apart
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
            array_distinct(orders_of_several.places), {{ place }}
        ), 1) as int) as line_number,
        latest.quantity,
        latest.unit_price_amount,
        latest.sales_amount,
        cast(coalesce(
            size(orders_of_several.places)
            - size(array_remove(orders_of_several.places, {{ place }})), 1
        ) - 1 as bigint) as superseded_record_count,
        latest.is_deleted,
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
