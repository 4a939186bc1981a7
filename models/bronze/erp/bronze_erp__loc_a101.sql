with

delivered as (

    select * from {{ source('erp', 'loc_a101') }}
    {{ new_batches() }}

),

final as (

    select
        cid as customer_number,
        cntry as country,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
