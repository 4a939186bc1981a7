with

bronze as (

    {{ delivered_records(ref('bronze_crm__sales_details'), 'crm.sales_details') }}

),

checked as (

    {{ delivered_records(ref('silver_crm__sales_lines_checked'), 'crm.sales_details') }}

),

delivered as (

    select count(*) as delivered_count from bronze

),

rejected as (

    select count(rejection_reason) as rejected_count from checked

),

replaced as (

    select
        coalesce(sum(superseded_record_count), 0) as replaced_count,
        count(case when is_deleted then 1 end) as deleted_count
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
        replaced.deleted_count,
        sold.sold_count
    from delivered
    cross join rejected
    cross join replaced
    cross join sold
    where
        delivered.delivered_count
        <> rejected.rejected_count + replaced.replaced_count + replaced.deleted_count
        + sold.sold_count

)

select * from final
