{#-
    CTEs for an incremental fact_sales; the last one, `selected`, holds the lines to write again:
    what silver wrote since, and all lines of customers and products of which the table is not
    right. For each of them it counts the older lines that the table got right, at the customer's
    place, with the product's version and current cost. Where silver counts others, the customer
    moved, the product's versions or cost changed, or lines are missing, whatever was built or
    killed before. Counting reads a few columns and resolves no line.
-#}
{% macro changed_sales_lines(table) -%}
watermark as (

    select
        coalesce(max(built_from_batch_id), 0) as batch_id,
        coalesce(max(updated_at), cast('1970-01-01' as timestamp)) as written_at
    from {{ table }}

),

-- The time alone would do, were clocks never set back; the batch alone, were silver never rebuilt.
new_lines as (

    select * from sales_lines
    where
        built_from_batch_id > (select watermark.batch_id from watermark)
        or updated_at > (select watermark.written_at from watermark)

),

old_lines as (

    select * from sales_lines
    where
        built_from_batch_id <= (select watermark.batch_id from watermark)
        and updated_at <= (select watermark.written_at from watermark)

),

loaded as (

    select loaded.*
    from new_lines
    right join {{ table }} as loaded
        on new_lines.sales_line_key = loaded.sales_line_key
    where new_lines.sales_line_key is null

),

placed as (

    select
        customer_key,
        location_key,
        count(*) as line_count
    from loaded
    group by
        customer_key,
        location_key

),

bought as (

    select
        identity_namespace,
        customer_id_or_none,
        count(*) as line_count
    from old_lines
    group by
        identity_namespace,
        customer_id_or_none

),

changed_customers as (

    select
        bought.identity_namespace,
        bought.customer_id_or_none
    from bought
    left join customers
        on
            bought.identity_namespace = customers.identity_namespace
            and bought.customer_id_or_none = customers.customer_id_or_none
    left join placed
        on
            customers.customer_key = placed.customer_key
            and customers.location_key = placed.location_key
    where not bought.line_count <=> placed.line_count

),

costed as (

    select
        product_key,
        order_date,
        quantity,
        currency_code,
        cost_amount,
        count(*) as line_count
    from loaded
    group by
        product_key,
        order_date,
        quantity,
        currency_code,
        cost_amount

),

resolved_rightly as (

    select
        products.identity_namespace,
        products.product_number,
        sum(costed.line_count) as line_count
    from costed
    inner join products
        on
            costed.product_key = products.product_key
            and costed.order_date >= products.applies_from
            and costed.order_date <= products.applies_to
    where costed.cost_amount <=> {{ line_cost('costed', 'products') }}
    group by
        products.identity_namespace,
        products.product_number

),

sold as (

    select
        identity_namespace,
        product_number,
        count(*) as line_count
    from old_lines
    group by
        identity_namespace,
        product_number

),

changed_products as (

    select
        sold.identity_namespace,
        sold.product_number
    from sold
    left join resolved_rightly
        on
            sold.identity_namespace = resolved_rightly.identity_namespace
            and sold.product_number = resolved_rightly.product_number
    where not sold.line_count <=> resolved_rightly.line_count

),

selected as (

    select * from new_lines

    union all

    select old_lines.*
    from changed_products
    right join old_lines
        on
            changed_products.identity_namespace = old_lines.identity_namespace
            and changed_products.product_number = old_lines.product_number
    left join changed_customers
        on
            old_lines.identity_namespace = changed_customers.identity_namespace
            and old_lines.customer_id_or_none = changed_customers.customer_id_or_none
    where
        changed_customers.customer_id_or_none is not null
        or changed_products.product_number is not null

)
{%- endmacro %}
