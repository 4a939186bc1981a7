with

delivered as (

    select * from {{ source('erp', 'cust_az12') }}
    {{ new_batches() }}

),

final as (

    select
        cid as customer_number,
        bdate as birth_date,
        gen as gender,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
