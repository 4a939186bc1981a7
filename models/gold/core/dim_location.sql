with

customers as (

    select * from {{ ref('silver_conformed__customers_unified') }}

),

places as (

    select
        country,
        'Unknown' as region,
        'Unknown' as store,
        min(country_code) as country_code
    from customers
    where country <> 'Unknown'
    group by country

),

known as (

    select
        {{ location_key('country', 'region', 'store') }} as location_key,
        country,
        country_code,
        region,
        store,
        false as is_unknown_member
    from places

),

unknown_member as (

    select
        {{ unknown_key() }} as location_key,
        'Unknown' as country,
        cast(null as string) as country_code,
        'Unknown' as region,
        'Unknown' as store,
        true as is_unknown_member

),

final as (

    select * from known
    union all
    select * from unknown_member

)

select * from final
