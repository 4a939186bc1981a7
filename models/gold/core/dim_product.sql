with

product_versions as (

    select * from {{ ref('silver_conformed__product_versions_resolved') }}

),

known as (

    select
        product_key,
        identity_namespace,
        product_id,
        product_number,
        coalesce(product_name, product_number) as product_name,
        category_id,
        category,
        subcategory,
        product_line,
        currency_code,
        record_source,
        version_number,
        cost_amount,
        is_current,
        is_maintenance_required,
        record_source <> 'crm' as is_inferred,
        is_deleted,
        false as is_unknown_member,
        valid_from,
        valid_to
    from product_versions

),

unknown_member as (

    select
        {{ unknown_key() }} as product_key,
        cast(null as string) as identity_namespace,
        cast(null as string) as product_id,
        cast(null as string) as product_number,
        'Unknown' as product_name,
        cast(null as string) as category_id,
        'Unknown' as category,
        'Unknown' as subcategory,
        'Unknown' as product_line,
        cast(null as string) as currency_code,
        'none' as record_source,
        1 as version_number,
        cast(0 as decimal(18, 4)) as cost_amount,
        true as is_current,
        cast(null as boolean) as is_maintenance_required,
        false as is_inferred,
        false as is_deleted,
        true as is_unknown_member,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to

),

final as (

    select * from known
    union all
    select * from unknown_member

)

select * from final
