{#-
    CTEs of an incremental fact_sales that end in changed_products: those of which the fact has other
    lines with the right version and cost than silver has lines. Found by counting, as
    changed_customers().
-#}
{% macro changed_products() -%}
costed as (

    select
        product_key,
        order_date,
        quantity,
        currency_code,
        cost_amount,
        count(*) as line_count
    from loaded
    group by product_key, order_date, quantity, currency_code, cost_amount

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
    group by products.identity_namespace, products.product_number

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

)
{%- endmacro %}
