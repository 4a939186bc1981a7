with

delivered as (

    select * from {{ source('erp', 'px_cat_g1v2') }}
    {{ new_batches() }}

),

final as (

    select
        ID as category_id,
        CAT as category,
        SUBCAT as subcategory,
        MAINTENANCE as maintenance,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
