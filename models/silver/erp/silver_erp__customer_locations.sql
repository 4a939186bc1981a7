with

checked as (

    select * from {{ ref('silver_erp__customer_locations_checked') }}

),

ranked as (

    {{ latest_records(
        'checked', table='erp.loc_a101', key=['identity_namespace', 'customer_number']
    ) }}

),

final as (

    select
        identity_namespace,
        customer_number,
        country,
        country_code,
        superseded_record_count,
        is_deleted,
        {{ trace_columns() }}
    from ranked
    where recency_rank = 1

)

select * from final
