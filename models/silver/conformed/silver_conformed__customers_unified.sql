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

-- What either file of the ERP knows; a customer is deleted there when no file has it any more.
erp as (

    select
        coalesce(
            erp_customers.identity_namespace, erp_locations.identity_namespace
        ) as identity_namespace,
        coalesce(erp_customers.customer_number, erp_locations.customer_number) as customer_number,
        erp_customers.gender,
        erp_locations.country,
        erp_locations.country_code,
        coalesce(erp_customers.is_deleted, erp_locations.is_deleted)
        and coalesce(erp_locations.is_deleted, erp_customers.is_deleted) as is_deleted,
        erp_customers.birth_date
    from erp_customers
    full outer join erp_locations
        on
            erp_customers.identity_namespace = erp_locations.identity_namespace
            and erp_customers.customer_number = erp_locations.customer_number

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
            erp.identity_namespace,
            buyers.identity_namespace
        ) as identity_namespace,
        coalesce(crm_customers.customer_id, buyers.customer_id) as customer_id,
        coalesce(crm_customers.customer_number, erp.customer_number) as customer_number,
        crm_customers.first_name,
        crm_customers.last_name,
        coalesce(crm_customers.marital_status, 'Unknown') as marital_status,
        coalesce(crm_customers.gender, 'Unknown') as crm_gender,
        coalesce(erp.gender, 'Unknown') as erp_gender,
        coalesce(erp.country, 'Unknown') as country,
        erp.country_code,
        case
            when crm_customers.customer_id is not null then 'crm'
            when erp.customer_number is not null then 'erp'
            else 'sales'
        end as record_source,
        -- Each source says it of its own: the CRM of its customers, the ERP of those only it knows.
        coalesce(crm_customers.is_deleted, erp.is_deleted, false) as is_deleted,
        erp.birth_date,
        crm_customers.created_date,
        {{ trace_columns('crm_customers') }}
    from crm_customers
    full outer join erp
        on
            crm_customers.identity_namespace = erp.identity_namespace
            and crm_customers.customer_number = erp.customer_number
    full outer join buyers
        on
            crm_customers.identity_namespace = buyers.identity_namespace
            and crm_customers.customer_id = buyers.customer_id

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
        case when crm_gender = 'Unknown' then erp_gender else crm_gender end as gender,
        marital_status,
        country,
        country_code,
        record_source,
        {{ repairs([
            repair('gender', 'filled_from_erp', "record_source = 'crm' and crm_gender = 'Unknown' and erp_gender <> 'Unknown'", 'crm_gender', 'erp_gender'),
            repair('customer_id', 'reference_missing', "record_source = 'sales'", 'customer_id', 'customer_id'),
            repair('customer_number', 'reference_missing', "record_source = 'erp'", 'customer_number', 'customer_number'),
        ]) }},
        is_deleted,
        birth_date,
        created_date,
        {{ trace_columns() }}
    from known

)

select * from final
