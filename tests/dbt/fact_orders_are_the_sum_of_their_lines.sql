with

orders as (

    select
        order_key,
        customer_key,
        location_key,
        currency_code,
        order_date,
        ship_date,
        due_date,
        line_count,
        quantity,
        sales_amount,
        cost_amount,
        profit_amount,
        discount_amount
    from {{ ref('fact_orders') }}

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
        case when count(distinct currency_code) = 1 then max(currency_code) end as currency_code,
        max(case when line_number = 1 then order_date end) as order_date,
        max(case when line_number = 1 then ship_date end) as ship_date,
        max(case when line_number = 1 then due_date end) as due_date,
        cast(count(*) as int) as line_count,
        sum(quantity) as quantity,
        cast(sum(sales_amount) as decimal(18, 4)) as sales_amount,
        cast(sum(cost_amount) as decimal(18, 4)) as cost_amount,
        cast(sum(profit_amount) as decimal(18, 4)) as profit_amount,
        cast(sum(discount_amount) as decimal(18, 4)) as discount_amount
    from sales
    group by order_key

),

different as (

    (
        select * from orders
        except
        select * from sums
    )

    union all

    (
        select * from sums
        except
        select * from orders
    )

),

final as (

    select
        order_key,
        line_count,
        sales_amount,
        profit_amount
    from different

)

select * from final
