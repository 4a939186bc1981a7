with

sales as (

    select * from {{ ref('fact_sales') }}

),

repaired_values as (

    select * from {{ ref('silver_conformed__repaired_values') }}
    where table_name = 'crm.sales_details'

),

reason_codes as (

    select * from {{ ref('seed_reason_codes') }}

),

final as (

    select
        sales.order_number,
        sales.line_number,
        repaired_values.column_name,
        repaired_values.value_before,
        repaired_values.value_after,
        reason_codes.description as reason,
        sales.file_path,
        sales.file_row_number,
        sales.batch_id,
        sales.sales_amount
    from sales
    inner join repaired_values
        on
            sales.file_path = repaired_values.file_path
            and sales.file_row_number = repaired_values.file_row_number
            and sales.batch_id = repaired_values.batch_id
    inner join reason_codes
        on repaired_values.reason_code = reason_codes.reason_code

)

-- Read by people, so in order.
select * from final -- noqa: CV13
order by order_number asc, line_number asc, column_name asc
