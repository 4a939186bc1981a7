with

checked as (

    select * from {{ ref('silver_erp__product_categories_checked') }}

),

ranked as (

    {{ latest_records(
        'checked', table='erp.px_cat_g1v2', key=['identity_namespace', 'category_id']
    ) }}

),

final as (

    select
        identity_namespace,
        category_id,
        category,
        subcategory,
        superseded_record_count,
        is_maintenance_required,
        is_deleted,
        {{ trace_columns() }}
    from ranked
    where recency_rank = 1

)

select * from final
