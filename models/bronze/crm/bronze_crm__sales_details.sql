with

delivered as (

    select * from {{ source('crm', 'sales_details') }}
    {{ new_batches() }}

),

final as (

    select
        sls_ord_num as order_number,
        sls_prd_key as product_number,
        sls_cust_id as customer_id,
        sls_order_dt as order_date,
        sls_ship_dt as ship_date,
        sls_due_dt as due_date,
        sls_sales as sales_amount,
        sls_quantity as quantity,
        sls_price as unit_price,
        _currency_code as currency_code,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
