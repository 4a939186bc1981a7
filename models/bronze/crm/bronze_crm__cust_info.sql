with

delivered as (

    select * from {{ source('crm', 'cust_info') }}
    {{ new_batches() }}

),

final as (

    select
        cst_id as customer_id,
        cst_key as customer_number,
        cst_firstname as first_name,
        cst_lastname as last_name,
        cst_marital_status as marital_status_code,
        cst_gndr as gender_code,
        cst_create_date as created_date,
        {{ raw_trace_columns() }}
    from delivered

)

select * from final
