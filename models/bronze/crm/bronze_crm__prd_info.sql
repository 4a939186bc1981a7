with

delivered as (

    select * from {{ source('crm', 'prd_info') }}
    {{ new_batches() }}

),

final as (

    select
        prd_id as product_id,
        prd_key as product_code,
        prd_nm as product_name,
        prd_cost as cost,
        prd_line as product_line_code,
        prd_start_dt as start_date,
        prd_end_dt as end_date,
        _currency_code as currency_code,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
