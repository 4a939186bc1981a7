with

checked as (

    select * from {{ ref('silver_crm__product_versions_checked') }}

),

ranked as (

    {{ latest_records(
        'checked', table='crm.prd_info', key=['identity_namespace', 'product_id']
    ) }}

),

final as (

    select
        identity_namespace,
        product_id,
        product_number,
        category_id,
        product_name,
        product_line,
        currency_code,
        superseded_record_count,
        cost_amount,
        is_deleted,
        start_date,
        {{ trace_columns() }}
    from ranked
    where recency_rank = 1

)

select * from final
