with

customers as (

    select * from {{ ref('bronze_crm__cust_info') }}
    {{ new_batches() }}

),

marital_statuses as (

    select * from {{ ref('seed_marital_statuses') }}

),

genders as (

    select * from {{ ref('seed_gender_aliases') }}

),

cleaned as (

    select
        customers.*,
        {{ clean_text('customers.customer_id') }} as clean_customer_id,
        {{ clean_text('customers.customer_number') }} as clean_customer_number,
        {{ clean_text('customers.first_name') }} as clean_first_name,
        {{ clean_text('customers.last_name') }} as clean_last_name,
        {{ clean_text('customers.marital_status_code') }} as clean_marital_status_code,
        {{ clean_text('customers.gender_code') }} as clean_gender_code,
        coalesce(marital_statuses.marital_status, 'Unknown') as marital_status,
        coalesce(genders.gender, 'Unknown') as gender,
        {{ parse_date('customers.created_date') }} as clean_created_date
    from customers
    left join marital_statuses
        on lower({{ clean_text('customers.marital_status_code') }}) = marital_statuses.code
    left join genders
        on lower({{ clean_text('customers.gender_code') }}) = genders.alias

),

final as (

    select
        identity_namespace,
        clean_customer_id as customer_id,
        clean_customer_number as customer_number,
        clean_first_name as first_name,
        clean_last_name as last_name,
        marital_status,
        gender,
        case when clean_customer_id is null then 'business_key_missing' end as rejection_reason,
        {{ repairs([
            repair('customer_id', 'untrimmed', 'customer_id <> clean_customer_id', 'customer_id', 'clean_customer_id'),
            repair('customer_number', 'untrimmed', 'customer_number <> clean_customer_number', 'customer_number', 'clean_customer_number'),
            repair('customer_number', 'missing', 'clean_customer_number is null', 'customer_number', 'null'),
            repair('first_name', 'untrimmed', 'first_name <> clean_first_name', 'first_name', 'clean_first_name'),
            repair('first_name', 'missing', 'clean_first_name is null', 'first_name', 'null'),
            repair('last_name', 'untrimmed', 'last_name <> clean_last_name', 'last_name', 'clean_last_name'),
            repair('last_name', 'missing', 'clean_last_name is null', 'last_name', 'null'),
            repair('marital_status', 'untrimmed', 'marital_status_code <> clean_marital_status_code', 'marital_status_code', 'clean_marital_status_code'),
            repair('marital_status', 'missing', 'clean_marital_status_code is null', 'marital_status_code', 'marital_status'),
            repair('marital_status', 'code_unknown', "clean_marital_status_code is not null and marital_status = 'Unknown'", 'marital_status_code', 'marital_status'),
            repair('gender', 'untrimmed', 'gender_code <> clean_gender_code', 'gender_code', 'clean_gender_code'),
            repair('gender', 'missing', 'clean_gender_code is null', 'gender_code', 'gender'),
            repair('gender', 'code_unknown', "clean_gender_code is not null and gender = 'Unknown'", 'gender_code', 'gender'),
            repair('created_date', 'date_unreadable', clean_text('created_date') ~ ' is not null and clean_created_date is null', 'created_date', 'null'),
        ]) }},
        clean_created_date as created_date,
        {{ trace_columns() }}
    from cleaned

)

select * from final
