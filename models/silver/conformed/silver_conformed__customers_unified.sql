with

crm_customers as (

    select * from {{ ref('silver_crm__customers') }}

),

erp_customers as (

    select * from {{ ref('silver_erp__customers') }}

),

erp_locations as (

    select * from {{ ref('silver_erp__customer_locations') }}

),

sales_lines as (

    select * from {{ ref('silver_crm__sales_lines') }}

),

-- Who is a customer: everyone in the CRM; everyone the ERP knows and the CRM does not; everyone who
-- bought and is in neither. Nobody is dropped because a file is late.
erp_only_numbers as (

    select
        identity_namespace,
        customer_number
    from erp_customers

    union

    select
        identity_namespace,
        customer_number
    from erp_locations

    except

    select
        identity_namespace,
        customer_number
    from crm_customers

),

sales_only_ids as (

    select
        identity_namespace,
        customer_id
    from sales_lines
    where customer_id is not null

    except

    select
        identity_namespace,
        customer_id
    from crm_customers

),

known as (

    select
        identity_namespace,
        customer_id,
        customer_number,
        first_name,
        last_name,
        marital_status,
        gender,
        'crm' as record_source,
        created_date,
        {{ trace_columns() }}
    from crm_customers

    union all

    select
        identity_namespace,
        cast(null as string) as customer_id,
        customer_number,
        cast(null as string) as first_name,
        cast(null as string) as last_name,
        'Unknown' as marital_status,
        'Unknown' as gender,
        'erp' as record_source,
        cast(null as date) as created_date,
        {{ null_trace_columns() }}
    from erp_only_numbers

    union all

    select
        identity_namespace,
        customer_id,
        cast(null as string) as customer_number,
        cast(null as string) as first_name,
        cast(null as string) as last_name,
        'Unknown' as marital_status,
        'Unknown' as gender,
        'sales' as record_source,
        cast(null as date) as created_date,
        {{ null_trace_columns() }}
    from sales_only_ids

),

joined as (

    select
        known.*,
        coalesce(erp_customers.gender, 'Unknown') as erp_gender,
        erp_customers.birth_date,
        coalesce(erp_locations.country, 'Unknown') as country,
        erp_locations.country_code
    from known
    left join erp_customers
        on
            known.identity_namespace = erp_customers.identity_namespace
            and known.customer_number = erp_customers.customer_number
    left join erp_locations
        on
            known.identity_namespace = erp_locations.identity_namespace
            and known.customer_number = erp_locations.customer_number

),

final as (

    select
        {{ customer_key('identity_namespace', 'customer_id', 'customer_number') }} as customer_key,
        identity_namespace,
        customer_id,
        customer_number,
        first_name,
        last_name,
        -- The CRM wins, the ERP fills the gaps.
        case when gender = 'Unknown' then erp_gender else gender end as gender,
        marital_status,
        country,
        country_code,
        record_source,
        {{ repairs([
            repair('gender', 'filled_from_erp', "record_source = 'crm' and gender = 'Unknown' and erp_gender <> 'Unknown'", 'gender', 'erp_gender'),
            repair('customer_id', 'reference_missing', "record_source = 'sales'", 'customer_id', 'customer_id'),
            repair('customer_number', 'reference_missing', "record_source = 'erp'", 'customer_number', 'customer_number'),
        ]) }},
        birth_date,
        created_date,
        {{ trace_columns() }}
    from joined

)

select * from final
