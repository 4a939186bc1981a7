with

checked as (

    select * from {{ ref('silver_crm__customers_checked') }}

),

ranked as (

    {{ latest_records(
        'checked',
        table='crm.cust_info',
        key=['identity_namespace', 'customer_id'],
        business_date='created_date'
    ) }}

),

final as (

    select
        identity_namespace,
        customer_id,
        customer_number,
        first_name,
        last_name,
        marital_status,
        gender,
        superseded_record_count,
        is_deleted,
        created_date,
        {{ trace_columns() }}
    from ranked
    where recency_rank = 1

)

select * from final
