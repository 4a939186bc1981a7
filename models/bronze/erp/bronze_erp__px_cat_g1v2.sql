with

delivered as (

    select * from {{ source('erp', 'px_cat_g1v2') }}
    {{ new_batches() }}

),

final as (

    select
        id as category_id,
        cat as category,
        subcat as subcategory,
        maintenance,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
