with

sales as (

    select * from {{ ref('fact_sales') }}

),

monthly as (

    select
        cast(date_trunc('month', order_date) as date) as month_start_date,
        identity_namespace,
        currency_code,
        cast(sum(sales_amount) as decimal(18, 4)) as sales_amount,
        cast(sum(profit_amount) as decimal(18, 4)) as profit_amount,
        sum(quantity) as quantity,
        -- An order counts where its first line does, as in fact_orders.
        count(case when line_number = 1 then 1 end) as order_count,
        -- The unknown member is nobody.
        count(distinct nullif(customer_key, {{ unknown_key() }})) as customer_count,
        max(order_date) as last_order_date
    from sales
    group by
        cast(date_trunc('month', order_date) as date),
        identity_namespace,
        currency_code

),

compared as (

    select
        *,
        cast(sum(sales_amount) over (
            partition by identity_namespace, currency_code
            order by month_start_date
            rows between unbounded preceding and current row
        ) as decimal(18, 4)) as cumulative_sales_amount,
        lag(month_start_date) over (
            partition by identity_namespace, currency_code
            order by month_start_date
        ) as previous_selling_month,
        lag(sales_amount) over (
            partition by identity_namespace, currency_code
            order by month_start_date
        ) as previous_selling_amount,
        max(last_order_date) over (partition by identity_namespace) as newest_order_date
    from monthly

),

-- The row before is the previous month's only where that month had sales.
adjoined as (

    select
        *,
        case
            when previous_selling_month = add_months(month_start_date, -1)
                then previous_selling_amount
        end as previous_month_sales_amount
    from compared

),

final as (

    select
        {{ surrogate_key(['month_start_date', 'identity_namespace', 'currency_code']) }}
            as sales_month_key,
        identity_namespace,
        currency_code,
        sales_amount,
        profit_amount,
        cumulative_sales_amount,
        previous_month_sales_amount,
        round(
            cast(profit_amount as double) / nullif(cast(sales_amount as double), 0), 6
        ) as profit_margin_rate,
        round(
            cast(sales_amount as double) / nullif(cast(previous_month_sales_amount as double), 0)
            - 1, 6
        ) as sales_growth_rate,
        quantity,
        order_count,
        customer_count,
        newest_order_date < last_day(month_start_date) as is_partial_month,
        month_start_date
    from adjoined

)

select * from final
