with

sales as (

    select * from {{ ref('fact_sales') }}

),

customers as (

    select * from {{ ref('dim_customer') }}
    where not is_unknown_member

),

products as (

    select * from {{ ref('dim_product') }}
    where is_current and not is_unknown_member

),

customer_counts as (

    select
        identity_namespace,
        count(*) as customer_count
    from customers
    group by identity_namespace

),

product_counts as (

    select
        identity_namespace,
        count(*) as product_count
    from products
    group by identity_namespace

),

sales_figures as (

    select
        identity_namespace,
        currency_code,
        count(*) as sales_line_count,
        count(distinct order_key) as order_count,
        sum(quantity) as quantity,
        sum(sales_amount) as sales_amount,
        sum(profit_amount) as profit_amount,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from sales
    group by
        identity_namespace,
        currency_code

),

final as (

    select
        sales_figures.identity_namespace,
        sales_figures.currency_code,
        customer_counts.customer_count,
        product_counts.product_count,
        sales_figures.sales_line_count,
        sales_figures.order_count,
        sales_figures.quantity,
        sales_figures.sales_amount,
        sales_figures.profit_amount,
        sales_figures.first_order_date,
        sales_figures.last_order_date
    from sales_figures
    left join customer_counts
        on sales_figures.identity_namespace = customer_counts.identity_namespace
    left join product_counts
        on sales_figures.identity_namespace = product_counts.identity_namespace

)

select * from final
