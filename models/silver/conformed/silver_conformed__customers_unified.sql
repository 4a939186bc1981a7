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

erp_numbers as (

    select
        identity_namespace,
        customer_number,
        bool_and(is_deleted) as is_deleted
    from (
        select
            identity_namespace,
            customer_number,
            is_deleted
        from erp_customers

        union all

        select
            identity_namespace,
            customer_number,
            is_deleted
        from erp_locations
    ) as erp_records
    group by identity_namespace, customer_number

),

buyers as (

    select distinct
        identity_namespace,
        customer_id
    from sales_lines
    where customer_id is not null

),

-- Who is a customer: everyone in the CRM; everyone the ERP knows and the CRM does not; everyone who
-- bought and is in neither. Nobody is dropped because a file is late.
known as (

    select
        coalesce(
            crm_customers.identity_namespace,
            erp_numbers.identity_namespace,
            buyers.identity_namespace
        ) as identity_namespace,
        coalesce(crm_customers.customer_id, buyers.customer_id) as customer_id,
        coalesce(crm_customers.customer_number, erp_numbers.customer_number) as customer_number,
        crm_customers.first_name,
        crm_customers.last_name,
        coalesce(crm_customers.marital_status, 'Unknown') as marital_status,
        coalesce(crm_customers.gender, 'Unknown') as gender,
        case
            when crm_customers.customer_id is not null then 'crm'
            when erp_numbers.customer_number is not null then 'erp'
            else 'sales'
        end as record_source,
        -- Each source says it of its own: the CRM of its customers, the ERP of those only it knows.
        coalesce(crm_customers.is_deleted, erp_numbers.is_deleted, false) as is_deleted,
        crm_customers.created_date,
        crm_customers.file_path,
        crm_customers.file_modified_at,
        crm_customers.file_row_number,
        crm_customers.ingestion_timestamp,
        crm_customers.batch_id
    from crm_customers
    full outer join erp_numbers
        on
            crm_customers.identity_namespace = erp_numbers.identity_namespace
            and crm_customers.customer_number = erp_numbers.customer_number
    full outer join buyers
        on
            crm_customers.identity_namespace = buyers.identity_namespace
            and crm_customers.customer_id = buyers.customer_id

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
        is_deleted,
        birth_date,
        created_date,
        {{ trace_columns() }}
    from joined

)

select * from final
