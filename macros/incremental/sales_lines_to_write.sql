{#-
    The CTE selected of an incremental fact_sales: the new lines, and all lines of customers and
    products that changed.
-#}
{% macro sales_lines_to_write() -%}
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
