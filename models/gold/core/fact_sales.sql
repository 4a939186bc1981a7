{{ config(
    materialized='incremental',
    incremental_strategy='merge',
    unique_key='sales_line_key',
    on_schema_change='append_new_columns',
    post_hook="{{ delete_what_is_gone('sales_line_key', gone=
        'select sales_line_key from ' ~ this ~ ' except select sales_line_key from '
        ~ ref('silver_crm__sales_lines') ~ ' where not is_deleted'
    ) }}",
) }}

{%- set changes = [
    sales_lines_since(this), changed_customers(), changed_products(), sales_lines_to_write()
] %}

with

sales_lines as (

    select
        *,
        -- Nobody's lines are one group of their own in the joins below, which skip nulls.
        coalesce(customer_id, '') as customer_id_or_none
    from {{ ref('silver_crm__sales_lines') }}
    where not coalesce(is_deleted, false)

),

product_versions as (

    select * from {{ ref('silver_conformed__product_versions_resolved') }}

),

-- Keys are hashed once per customer, not once per line.
buyers as (

    select
        identity_namespace,
        customer_id_or_none,
        case
            when customer_id_or_none = '' then {{ unknown_key() }}
            else {{ customer_key('identity_namespace', 'customer_id_or_none') }}
        end as customer_key
    from sales_lines
    group by identity_namespace, customer_id_or_none

),

customers as (

    select
        buyers.*,
        dim_customer.location_key
    from buyers
    inner join {{ ref('dim_customer') }} as dim_customer
        on buyers.customer_key = dim_customer.customer_key

),

products as (

    select
        *,
        max(case when is_current then currency_code end) over (
            partition by identity_namespace, product_number
        ) as cost_currency_code,
        max(case when is_current then cost_amount end) over (
            partition by identity_namespace, product_number
        ) as current_cost_amount
    from product_versions

),

{% if is_incremental() %}
{{ changes | join(',\n\n') }},
{% else %}

selected as (

    select * from sales_lines

),
{% endif %}

resolved as (

    select
        selected.*,
        customers.customer_key,
        customers.location_key,
        products.product_key,
        {{ line_cost('selected', 'products') }} as cost_amount
    from customers
    inner join selected
        on
            customers.identity_namespace = selected.identity_namespace
            and customers.customer_id_or_none = selected.customer_id_or_none
    inner join products
        on
            selected.identity_namespace = products.identity_namespace
            and selected.product_number = products.product_number
            and selected.order_date >= products.applies_from
            and selected.order_date <= products.applies_to

),

final as (

    select
        sales_line_key,
        order_key,
        customer_key,
        product_key,
        location_key,
        {{ date_key('order_date') }} as order_date_key,
        {{ date_key('ship_date') }} as ship_date_key,
        {{ date_key('due_date') }} as due_date_key,
        identity_namespace,
        'crm' as source_system,
        order_number,
        currency_code,
        line_number,
        quantity,
        unit_price_amount,
        sales_amount,
        cost_amount,
        cast(sales_amount - cost_amount as decimal(18, 4)) as profit_amount,
        cast(quantity * unit_price_amount - sales_amount as decimal(18, 4)) as discount_amount,
        quantity < 0 as is_return,
        order_date,
        ship_date,
        due_date,
        file_path,
        file_row_number,
        batch_id,
        built_from_batch_id,
        {{ build_time() }} as updated_at
    from resolved

)

select * from final
