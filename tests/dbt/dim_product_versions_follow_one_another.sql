with

versions as (

    select
        product_key,
        product_number,
        is_current,
        valid_from,
        valid_to,
        lead(product_key) over (
            partition by identity_namespace, product_number
            order by version_number asc
        ) as next_product_key,
        -- A version without a readable start is the oldest.
        lead(coalesce(valid_from, cast('1900-01-01' as date))) over (
            partition by identity_namespace, product_number
            order by version_number asc
        ) as next_valid_from
    from {{ ref('dim_product') }}

),

final as (

    select * from versions
    where
        is_current <> (next_product_key is null)
        or not (date_add(valid_to, 1) <=> next_valid_from)

)

select * from final
