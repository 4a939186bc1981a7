with

customers as (

    select * from {{ ref('bronze_erp__cust_az12') }}
    {{ new_batches() }}

),

genders as (

    select * from {{ ref('seed_gender_aliases') }}

),

cleaned as (

    select
        customers.*,
        {{ clean_text('customers.customer_number') }} as trimmed_customer_number,
        -- The ERP writes this prefix on some of its customers; the CRM never does.
        {{ clean_text("regexp_replace(trim(customers.customer_number), '^NAS', '')") }}
            as clean_customer_number,
        {{ clean_text('customers.gender') }} as trimmed_gender,
        coalesce(genders.gender, 'Unknown') as clean_gender,
        {{ parse_date('customers.birth_date') }} as parsed_birth_date
    from customers
    left join genders
        on lower({{ clean_text('customers.gender') }}) = genders.alias

),

dated as (

    select
        *,
        case
            when parsed_birth_date <= cast(file_modified_at as date) then parsed_birth_date
        end as clean_birth_date
    from cleaned

),

final as (

    select
        identity_namespace,
        clean_customer_number as customer_number,
        clean_gender as gender,
        case when clean_customer_number is null then 'business_key_missing' end as rejection_reason,
        {{ repairs([
            repair('customer_number', 'untrimmed', 'customer_number <> trimmed_customer_number', 'customer_number', 'trimmed_customer_number'),
            repair('customer_number', 'prefix_removed', 'trimmed_customer_number <> clean_customer_number', 'customer_number', 'clean_customer_number'),
            repair('gender', 'missing', 'trimmed_gender is null', 'gender', 'clean_gender'),
            repair('gender', 'code_unknown', "trimmed_gender is not null and clean_gender = 'Unknown'", 'gender', 'clean_gender'),
            repair('gender', 'alias_resolved', "clean_gender <> 'Unknown' and gender <> clean_gender", 'gender', 'clean_gender'),
            repair('birth_date', 'date_unreadable', clean_text('birth_date') ~ ' is not null and parsed_birth_date is null', 'birth_date', 'null'),
            repair('birth_date', 'date_in_future', 'parsed_birth_date > cast(file_modified_at as date)', 'birth_date', 'null'),
            repair('birth_date', 'date_improbable', "clean_birth_date < cast('" ~ var('oldest_probable_birth_date') ~ "' as date)", 'birth_date', 'clean_birth_date'),
        ]) }},
        clean_birth_date as birth_date,
        {{ trace_columns() }}
    from dated

)

select * from final
