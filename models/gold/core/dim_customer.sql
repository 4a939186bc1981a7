with

customers as (

    select * from {{ ref('silver_conformed__customers_unified') }}

),

known as (

    select
        customer_key,
        {{ location_key('country') }} as location_key,
        identity_namespace,
        customer_id,
        customer_number,
        first_name,
        last_name,
        nullif(concat_ws(' ', first_name, last_name), '') as full_name,
        gender,
        marital_status,
        country,
        record_source,
        record_source <> 'crm' as is_inferred,
        is_deleted,
        false as is_unknown_member,
        birth_date
    from customers

),

unknown_member as (

    select
        {{ unknown_key() }} as customer_key,
        {{ unknown_key() }} as location_key,
        cast(null as string) as identity_namespace,
        cast(null as string) as customer_id,
        cast(null as string) as customer_number,
        cast(null as string) as first_name,
        cast(null as string) as last_name,
        'Unknown' as full_name,
        'Unknown' as gender,
        'Unknown' as marital_status,
        'Unknown' as country,
        'none' as record_source,
        false as is_inferred,
        false as is_deleted,
        true as is_unknown_member,
        cast(null as date) as birth_date

),

final as (

    select * from known
    union all
    select * from unknown_member

)

select * from final
