with

sales as (

    select * from {{ ref('fact_sales') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

),

product_versions as (

    select * from {{ ref('dim_product') }}

),

current_products as (

    select * from {{ ref('dim_product') }}
    where is_current

),

final as (

    select
        sales.sales_line_key,
        sales.location_key,
        customers.location_key as customer_location_key,
        sales.order_date,
        product_versions.valid_from,
        product_versions.valid_to,
        sales.cost_amount,
        current_products.cost_amount as current_unit_cost_amount
    from sales
    inner join customers
        on sales.customer_key = customers.customer_key
    inner join product_versions
        on sales.product_key = product_versions.product_key
    inner join current_products
        on
            product_versions.identity_namespace = current_products.identity_namespace
            and product_versions.product_number = current_products.product_number
    where
        sales.location_key <> customers.location_key
        or sales.order_date > product_versions.valid_to
        or (product_versions.version_number > 1 and sales.order_date < product_versions.valid_from)
        or sales.cost_amount <> sales.quantity * current_products.cost_amount

)

select * from final
