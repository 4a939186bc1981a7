with

checked as (

    select * from {{ ref('silver_erp__customers_checked') }}

),

ranked as (

    {{ latest_records(
        'checked', table='erp.cust_az12', key=['identity_namespace', 'customer_number']
    ) }}

),

final as (

    select
        identity_namespace,
        customer_number,
        gender,
        superseded_record_count,
        is_deleted,
        birth_date,
        {{ trace_columns() }}
    from ranked
    where recency_rank = 1

)

select * from final
