with

orders as (

    select * from {{ ref('fact_orders') }}

),

sales as (

    select * from {{ ref('fact_sales') }}

),

sums as (

    select
        order_key,
        max(case when line_number = 1 then customer_key end) as customer_key,
        max(case when line_number = 1 then location_key end) as location_key,
        -- Not the first line's: an order in two currencies has no sum.
        case when min(currency_code) = max(currency_code) then max(currency_code) end
            as currency_code,
        max(case when line_number = 1 then order_date end) as order_date,
        max(case when line_number = 1 then ship_date end) as ship_date,
        max(case when line_number = 1 then due_date end) as due_date,
        count(*) as line_count,
        sum(quantity) as quantity,
        sum(sales_amount) as sales_amount,
        sum(cost_amount) as cost_amount,
        sum(profit_amount) as profit_amount,
        sum(discount_amount) as discount_amount
    from sales
    group by order_key

),

final as (

    select
        orders.order_key,
        sums.order_key as order_key_of_lines,
        orders.line_count,
        sums.line_count as line_count_of_lines,
        orders.sales_amount,
        sums.sales_amount as sales_amount_of_lines,
        orders.profit_amount,
        sums.profit_amount as profit_amount_of_lines
    from orders
    full outer join sums
        on orders.order_key = sums.order_key
    where
        orders.order_key is null
        or sums.order_key is null
        or not (
            orders.customer_key <=> sums.customer_key
            and orders.location_key <=> sums.location_key
            and orders.currency_code <=> sums.currency_code
            and orders.order_date <=> sums.order_date
            and orders.ship_date <=> sums.ship_date
            and orders.due_date <=> sums.due_date
            and orders.line_count <=> sums.line_count
            and orders.quantity <=> sums.quantity
            and orders.sales_amount <=> sums.sales_amount
            and orders.cost_amount <=> sums.cost_amount
            and orders.profit_amount <=> sums.profit_amount
            and orders.discount_amount <=> sums.discount_amount
        )

)

select * from final
