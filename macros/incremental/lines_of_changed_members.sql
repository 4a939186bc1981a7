{#-
    CTEs for fact_sales: changed_customers and changed_products, the members for which the table
    ({{ '{{ this }}' }}, as `loaded`) is not what silver and the dimensions say. For each member it
    counts the lines that the table got right: at the customer's place, with the product's version
    and current cost. Where silver counts others, the customer moved, the product's versions or cost
    changed, or lines are missing. Counting needs four columns and no line is resolved for it.
-#}
{% macro lines_of_changed_members() -%}
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

changed_customers as (

    select
        customers.identity_namespace,
        customers.customer_id_or_none
    from customers
    left join placed
        on
            customers.customer_key = placed.customer_key
            and customers.location_key = placed.location_key
    where not customers.line_count <=> placed.line_count

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

right_lines as (

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

sold_products as (

    select
        identity_namespace,
        product_number,
        count(*) as line_count
    from sales_lines
    group by
        identity_namespace,
        product_number

),

changed_products as (

    select
        sold_products.identity_namespace,
        sold_products.product_number
    from sold_products
    left join right_lines
        on
            sold_products.identity_namespace = right_lines.identity_namespace
            and sold_products.product_number = right_lines.product_number
    where not sold_products.line_count <=> right_lines.line_count

)
{%- endmacro %}


{#-
    Cost of a line. Margin is at today's standard cost: most products were sold before their first
    recorded version, so a cost as of the order date does not exist. A cost in another currency than
    the sale's is no cost of it: unknown, not subtracted.
-#}
{% macro line_cost(line, product) -%}
    case
        when
            coalesce({{ product }}.cost_currency_code, {{ line }}.currency_code)
            <=> {{ line }}.currency_code
            then cast({{ line }}.quantity * {{ product }}.current_cost_amount as decimal(18, 4))
    end
{%- endmacro %}
