{#-
    CTEs of an incremental fact_sales that end in changed_customers: those of whom the fact has other
    lines at the right place than silver has lines. They moved, or were not known, or lines are
    missing, whatever was built or killed before. Counting reads a few columns and resolves no line.
-#}
{% macro changed_customers() -%}
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

)
{%- endmacro %}
