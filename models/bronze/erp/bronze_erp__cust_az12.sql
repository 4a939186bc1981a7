with

delivered as (

    select * from {{ source('erp', 'cust_az12') }}
    {{ new_batches() }}

),

final as (

    select
        CID as customer_number,
        BDATE as birth_date,
        GEN as gender,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
