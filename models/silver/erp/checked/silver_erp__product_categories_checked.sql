with

categories as (

    select * from {{ ref('bronze_erp__px_cat_g1v2') }}
    {{ new_batches() }}

),

cleaned as (

    select
        *,
        {{ clean_text('category_id') }} as clean_category_id,
        {{ clean_text('category') }} as clean_category,
        {{ clean_text('subcategory') }} as clean_subcategory,
        {{ clean_text('maintenance') }} as clean_maintenance,
        case lower({{ clean_text('maintenance') }})
            when 'yes' then true
            when 'no' then false
        end as is_maintenance_required
    from categories

),

final as (

    select
        identity_namespace,
        clean_category_id as category_id,
        coalesce(clean_category, 'Unknown') as category,
        coalesce(clean_subcategory, 'Unknown') as subcategory,
        case when clean_category_id is null then 'business_key_missing' end as rejection_reason,
        {{ repairs([
            repair('category_id', 'untrimmed', 'category_id <> clean_category_id', 'category_id', 'clean_category_id'),
            repair('category', 'untrimmed', 'category <> clean_category', 'category', 'clean_category'),
            repair('category', 'missing', 'clean_category is null', 'category', "'Unknown'"),
            repair('subcategory', 'untrimmed', 'subcategory <> clean_subcategory', 'subcategory', 'clean_subcategory'),
            repair('subcategory', 'missing', 'clean_subcategory is null', 'subcategory', "'Unknown'"),
            repair('is_maintenance_required', 'missing', 'clean_maintenance is null', 'maintenance', 'null'),
            repair('is_maintenance_required', 'code_unknown', 'clean_maintenance is not null and is_maintenance_required is null', 'maintenance', 'null'),
        ]) }},
        is_maintenance_required,
        {{ trace_columns() }}
    from cleaned

)

select * from final
