{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
) }}

with

sales_lines as (

    select
        *,
        case
            when customer_id is null then {{ unknown_key() }}
            else {{ customer_key('identity_namespace', 'customer_id') }}
        end as customer_key
    from {{ ref('silver_crm__sales_lines') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

product_versions as (

    select * from {{ ref('silver_conformed__product_versions_resolved') }}

),

current_costs as (

    select
        identity_namespace,
        product_number,
        currency_code as cost_currency_code,
        cost_amount as current_cost_amount
    from product_versions
    where is_current

),

resolved as (

    select
        sales_lines.*,
        customers.location_key,
        product_versions.product_key,
        -- Margin is at today's standard cost: most products were sold before their first recorded
        -- version, so a cost as of the order date does not exist. A cost in another currency than
        -- the sale's is no cost of it: unknown, not subtracted.
        case
            when
                coalesce(current_costs.cost_currency_code, sales_lines.currency_code)
                <=> sales_lines.currency_code
                then cast(
                    sales_lines.quantity * current_costs.current_cost_amount as decimal(18, 4)
                )
        end as cost_amount
    from sales_lines
    inner join customers
        on sales_lines.customer_key = customers.customer_key
    inner join product_versions
        on
            sales_lines.identity_namespace = product_versions.identity_namespace
            and sales_lines.product_number = product_versions.product_number
            and sales_lines.order_date >= product_versions.applies_from
            and sales_lines.order_date <= product_versions.applies_to
    inner join current_costs
        on
            sales_lines.identity_namespace = current_costs.identity_namespace
            and sales_lines.product_number = current_costs.product_number

),

{% if is_incremental() %}

loaded as (

    select * from {{ this }}

),

-- What to write again: lines that changed, and lines whose customer or product did.
selected as (

    select resolved.*
    from resolved
    left join loaded
        on resolved.sales_line_key = loaded.sales_line_key
    where
        loaded.sales_line_key is null
        or resolved.updated_at > loaded.updated_at
        or resolved.location_key <> loaded.location_key
        or resolved.product_key <> loaded.product_key
        or not resolved.cost_amount <=> loaded.cost_amount

),

{% else %}

selected as (

    select * from resolved

),

{% endif %}

final as (

    select
        sales_line_key,
        order_key,
        customer_key,
        product_key,
        location_key,
        {{ date_key('order_date') }} as order_date_key,
        {{ date_key('ship_date') }} as ship_date_key,
        {{ date_key('due_date') }} as due_date_key,
        identity_namespace,
        'crm' as source_system,
        order_number,
        currency_code,
        line_number,
        quantity,
        unit_price_amount,
        sales_amount,
        cost_amount,
        cast(sales_amount - cost_amount as decimal(18, 4)) as profit_amount,
        cast(quantity * unit_price_amount - sales_amount as decimal(18, 4)) as discount_amount,
        quantity < 0 as is_return,
        order_date,
        ship_date,
        due_date,
        file_path,
        file_row_number,
        batch_id,
        {{ build_time() }} as updated_at
    from selected

)

select * from final
