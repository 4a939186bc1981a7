with

sales as (

    select * from {{ ref('bronze_crm__sales_details') }}
    {{ new_batches() }}

),

parsed as (

    select
        *,
        {{ clean_text('order_number') }} as clean_order_number,
        {{ clean_text('product_number') }} as clean_product_number,
        {{ clean_text('customer_id') }} as clean_customer_id,
        {{ clean_text('sales_amount') }} as clean_sales_amount,
        {{ clean_text('unit_price') }} as clean_unit_price,
        cast({{ parse_number('quantity') }} as bigint) as parsed_quantity,
        {{ parse_number('sales_amount') }} as parsed_amount,
        {{ parse_number('unit_price') }} as parsed_price,
        {{ parse_calendar_date('order_date', 'yyyyMMdd') }} as parsed_order_date,
        {{ parse_calendar_date('ship_date', 'yyyyMMdd') }} as clean_ship_date,
        {{ parse_calendar_date('due_date', 'yyyyMMdd') }} as clean_due_date
    from sales

),

expected as (

    select
        *,
        try_cast(parsed_quantity * abs(parsed_price) as decimal(18, 4)) as expected_amount
    from parsed

),

valued as (

    select
        *,
        case
            when parsed_price <> 0 then expected_amount
            -- Without a price the amount stands, unless its sign contradicts the quantity's.
            when parsed_amount * parsed_quantity > 0 then parsed_amount
        end as valued_amount,
        coalesce(
            parsed_order_date,
            date_add(clean_ship_date, -{{ var('days_from_order_to_ship') }}),
            date_add(clean_due_date, -{{ var('days_from_order_to_due') }})
        ) as clean_order_date
    from expected

),

priced as (

    select
        *,
        case
            when parsed_price > 0 then parsed_price
            else try_cast(round(
                cast(valued_amount as double) / cast(nullif(parsed_quantity, 0) as double), 4
            ) as decimal(18, 4))
        end as unit_price_amount
    from valued

),

final as (

    select
        identity_namespace,
        clean_order_number as order_number,
        clean_product_number as product_number,
        clean_customer_id as customer_id,
        currency_code,
        case
            when clean_order_number is null or clean_product_number is null
                then 'business_key_missing'
            when
                coalesce(parsed_quantity, 0) = 0
                or parsed_quantity <> {{ parse_number('quantity') }}
                then 'quantity_unreadable'
            when valued_amount is null then 'amount_unrecoverable'
            when
                abs(parsed_quantity) > {{ var('largest_quantity') }}
                or abs(valued_amount) > {{ var('largest_amount') }}
                then 'out_of_range'
            when clean_order_date is null then 'order_date_unrecoverable'
        end as rejection_reason,
        {{ repairs([
            repair('order_number', 'untrimmed', 'order_number <> clean_order_number', 'order_number', 'clean_order_number'),
            repair('product_number', 'untrimmed', 'product_number <> clean_product_number', 'product_number', 'clean_product_number'),
            repair('customer_id', 'untrimmed', 'customer_id <> clean_customer_id', 'customer_id', 'clean_customer_id'),
            repair('order_date', 'date_unreadable', 'parsed_order_date is null', 'order_date', 'clean_order_date'),
            repair('ship_date', 'date_unreadable', 'clean_ship_date is null', 'ship_date', 'null'),
            repair('due_date', 'date_unreadable', 'clean_due_date is null', 'due_date', 'null'),
            repair('ship_date', 'out_of_order', 'clean_ship_date < clean_order_date', 'ship_date', 'clean_ship_date'),
            repair('due_date', 'out_of_order', 'clean_due_date < coalesce(clean_ship_date, clean_order_date)', 'due_date', 'clean_due_date'),
            repair('customer_id', 'missing', 'clean_customer_id is null', 'customer_id', 'null'),
            repair('sales_amount', 'missing', 'clean_sales_amount is null', 'sales_amount', 'valued_amount'),
            repair('sales_amount', 'number_unreadable', 'clean_sales_amount is not null and parsed_amount is null', 'sales_amount', 'valued_amount'),
            repair('sales_amount', 'not_positive', 'parsed_amount * parsed_quantity <= 0', 'sales_amount', 'valued_amount'),
            repair('sales_amount', 'inconsistent', 'parsed_amount * parsed_quantity > 0 and parsed_amount <> valued_amount', 'sales_amount', 'valued_amount'),
            repair('unit_price_amount', 'missing', 'clean_unit_price is null', 'unit_price', 'unit_price_amount'),
            repair('unit_price_amount', 'number_unreadable', 'clean_unit_price is not null and parsed_price is null', 'unit_price', 'unit_price_amount'),
            repair('unit_price_amount', 'not_positive', 'parsed_price <= 0', 'unit_price', 'unit_price_amount'),
        ]) }},
        parsed_quantity as quantity,
        unit_price_amount,
        valued_amount as sales_amount,
        clean_order_date as order_date,
        clean_ship_date as ship_date,
        clean_due_date as due_date,
        {{ trace_columns() }}
    from priced

)

select * from final
