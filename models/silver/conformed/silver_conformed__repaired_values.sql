with

{% for table, model in checked_models().items() %}

{{ model }} as (

    select
        '{{ table }}' as table_name,
        {{ repaired_entries() }} as repaired,
        file_path,
        file_row_number,
        batch_id
    from {{ ref(model) }}
    where rejection_reason is null and repairs is not null

),

{% endfor %}

customers_unified as (

    select
        case record_source
            when 'crm' then 'crm.cust_info'
            when 'erp' then 'erp.cust_az12'
            else 'crm.sales_details'
        end as table_name,
        {{ repaired_entries() }} as repaired,
        file_path,
        file_row_number,
        batch_id
    from {{ ref('silver_conformed__customers_unified') }}
    where repairs is not null

),

product_versions_resolved as (

    select
        case record_source when 'crm' then 'crm.prd_info' else 'crm.sales_details' end
            as table_name,
        {{ repaired_entries() }} as repaired,
        file_path,
        file_row_number,
        batch_id
    from {{ ref('silver_conformed__product_versions_resolved') }}
    where repairs is not null

),

all_repairs as (

    {% for table, model in checked_models().items() %}

    select * from {{ model }}
    union all

    {% endfor %}

    select * from customers_unified
    union all
    select * from product_versions_resolved

),

final as (

    select
        table_name,
        repaired.column_name,
        repaired.reason_code,
        repaired.value_before,
        repaired.value_after,
        file_path,
        file_row_number,
        batch_id
    from all_repairs

)

select * from final
