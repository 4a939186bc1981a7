with

delivered as (

    select count(*) as delivered_count from {{ ref('bronze_crm__sales_details') }}

),

rejected as (

    select count(rejection_reason) as rejected_count
    from {{ ref('silver_crm__sales_lines_checked') }}

),

replaced as (

    select coalesce(sum(superseded_record_count), 0) as replaced_count
    from {{ ref('silver_crm__sales_lines') }}

),

sold as (

    select count(*) as sold_count from {{ ref('fact_sales') }}
    where source_system = 'crm'

),

final as (

    select
        delivered.delivered_count,
        rejected.rejected_count,
        replaced.replaced_count,
        sold.sold_count
    from delivered
    cross join rejected
    cross join replaced
    cross join sold
    where
        delivered.delivered_count
        <> rejected.rejected_count + replaced.replaced_count + sold.sold_count

)

select * from final
