{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
    post_hook="{{ delete_what_is_gone('sales_line_key', gone=
        'select sales_line_key from ' ~ this ~ ' where updated_at < ' ~ build_time()
    ) }}",
) }}

{%- set order = ['identity_namespace', 'order_number'] %}
{%- set line = order + ['product_number'] %}
{%- set line_key = ['placed.identity_namespace', 'placed.order_number', 'placed.product_number'] %}
{#- What the lines of an order are numbered by: those that were deleted come last. #}
{%- set place = 'concat(cast(told_apart.is_deleted as string), told_apart.product_number)'
    if has_full_deliveries('crm.sales_details') else 'told_apart.product_number' %}

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

-- An order of one record needs no list of its lines: lists take memory.
repeated_orders as (

    {{ repeated_keys('told_apart', key=order) }}

),

-- Lines as often as they are delivered.
orders_of_several as (

    select
        told_apart.identity_namespace,
        told_apart.order_number,
        array_sort(collect_list({{ place }})) as places
    from repeated_orders
    inner join told_apart
        on repeated_orders.key_hash = {{ hash_64(order) }}
    group by told_apart.identity_namespace, told_apart.order_number

),

replaced as (

    {{ replaced_records('told_apart', key=line) }}

),

-- The small side comes first in these joins: it is what an engine keeps in memory.
placed as (

    select
        told_apart.*,
        -- The CRM delivers no line number; the product's place within its order is stable.
        array_position(array_distinct(orders_of_several.places), {{ place }}) as place,
        size(orders_of_several.places)
        - size(array_remove(orders_of_several.places, {{ place }})) as record_count
    from orders_of_several
    right join told_apart  -- noqa: CV08
        on
            orders_of_several.identity_namespace = told_apart.identity_namespace
            and orders_of_several.order_number = told_apart.order_number

),

final as (

    select
        {{ surrogate_key(line_key) }} as sales_line_key,
        {{ surrogate_key(line_key[:2]) }} as order_key,
        placed.identity_namespace,
        placed.order_number,
        placed.product_number,
        placed.customer_id,
        placed.currency_code,
        cast(coalesce(placed.place, 1) as int) as line_number,
        placed.quantity,
        placed.unit_price_amount,
        placed.sales_amount,
        cast(coalesce(placed.record_count, 1) - 1 as bigint) as superseded_record_count,
        placed.is_deleted,
        placed.order_date,
        placed.ship_date,
        placed.due_date,
        placed.file_path,
        placed.file_modified_at,
        placed.file_row_number,
        placed.ingestion_timestamp,
        placed.batch_id,
        (select max(checked.batch_id) from checked) as built_from_batch_id,
        {{ build_time() }} as updated_at
    from replaced
    right join placed  -- noqa: CV08
        on
            {%- for column in line %}
            replaced.{{ column }} = placed.{{ column }} and
            {%- endfor %}
            replaced.batch_id <=> placed.batch_id
            and replaced.file_path <=> placed.file_path
            and replaced.file_row_number <=> placed.file_row_number
    where replaced.recency_rank is null

)

select * from final
