with

sales as (

    select * from {{ ref('fact_sales') }}

),

locations as (

    select * from {{ ref('dim_location') }}

),

-- All versions: a sale points to the one of its order date, and each sale to exactly one.
product_versions as (

    select * from {{ ref('dim_product') }}

),

totals as (

    select
        locations.country,
        product_versions.category,
        sales.currency_code,
        sum(sales.quantity) as quantity,
        sum(sales.sales_amount) as sales_amount,
        sum(sales.profit_amount) as profit_amount
    from sales
    inner join locations
        on sales.location_key = locations.location_key
    inner join product_versions
        on sales.product_key = product_versions.product_key
    group by
        locations.country,
        product_versions.category,
        sales.currency_code

),

final as (

    select
        country,
        category,
        currency_code,
        quantity,
        sales_amount,
        profit_amount,
        round(
            cast(sales_amount as double)
            / nullif(cast(sum(sales_amount) over (partition by currency_code) as double), 0), 6
        ) as sales_share_rate
    from totals

)

-- Read by people, so in order.
select * from final -- noqa: CV13
order by currency_code asc, sales_amount desc, country asc, category asc
