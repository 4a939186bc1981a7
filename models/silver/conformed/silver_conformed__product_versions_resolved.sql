with

crm_versions as (

    select * from {{ ref('silver_crm__product_versions') }}

),

categories as (

    select * from {{ ref('silver_erp__product_categories') }}

),

sales_lines as (

    select * from {{ ref('silver_crm__sales_lines') }}

),

sold_numbers as (

    select distinct
        identity_namespace,
        product_number
    from sales_lines

),

-- Products that were sold but that no file describes are kept, with nothing known but their number.
known as (

    select
        coalesce(
            crm_versions.identity_namespace, sold_numbers.identity_namespace
        ) as identity_namespace,
        crm_versions.product_id,
        coalesce(crm_versions.product_number, sold_numbers.product_number) as product_number,
        crm_versions.category_id,
        crm_versions.product_name,
        coalesce(crm_versions.product_line, 'Unknown') as product_line,
        crm_versions.currency_code,
        case when crm_versions.product_id is null then 'sales' else 'crm' end as record_source,
        coalesce(crm_versions.cost_amount, cast(0 as decimal(18, 4))) as cost_amount,
        coalesce(crm_versions.is_deleted, false) as is_deleted,
        crm_versions.start_date,
        -- A version without a readable start is the oldest.
        coalesce(crm_versions.start_date, cast('1900-01-01' as date)) as effective_start_date,
        {{ trace_columns('crm_versions') }}
    from crm_versions
    full outer join sold_numbers
        on
            crm_versions.identity_namespace = sold_numbers.identity_namespace
            and crm_versions.product_number = sold_numbers.product_number

),

-- Of two versions with one start the higher id is the later; ids are text, so the longer one is the
-- higher.
sequenced as (

    select
        *,
        row_number() over (
            partition by identity_namespace, product_number
            order by
                effective_start_date asc,
                length(product_id) asc nulls first,
                product_id asc nulls first
        ) as version_number,
        lead(effective_start_date) over (
            partition by identity_namespace, product_number
            order by
                effective_start_date asc,
                length(product_id) asc nulls first,
                product_id asc nulls first
        ) as next_start_date,
        -- The current version is the last one that its source still has, if it has any.
        row_number() over (
            partition by identity_namespace, product_number
            order by
                is_deleted asc,
                effective_start_date desc,
                length(product_id) desc nulls last,
                product_id desc nulls last
        ) as current_rank
    from known

),

final as (

    select
        {{ surrogate_key([
            'sequenced.identity_namespace', 'sequenced.product_number', 'sequenced.product_id'
        ]) }} as product_key,
        sequenced.identity_namespace,
        sequenced.product_id,
        sequenced.product_number,
        sequenced.category_id,
        sequenced.product_name,
        coalesce(categories.category, 'Unknown') as category,
        coalesce(categories.subcategory, 'Unknown') as subcategory,
        sequenced.product_line,
        sequenced.currency_code,
        sequenced.record_source,
        {{ repairs([
            repair('category', 'reference_missing', "sequenced.record_source = 'crm' and categories.category_id is null", 'sequenced.category_id', "'Unknown'"),
            repair('product_number', 'reference_missing', "sequenced.record_source = 'sales'", 'sequenced.product_number', 'sequenced.product_number'),
        ]) }},
        cast(sequenced.version_number as int) as version_number,
        sequenced.cost_amount,
        sequenced.current_rank = 1 as is_current,
        categories.is_maintenance_required,
        sequenced.is_deleted,
        sequenced.start_date as valid_from,
        date_add(sequenced.next_start_date, -1) as valid_to,
        -- Sales before the first recorded version belong to that version; 119 of 130 sold products
        -- of the bicycle retailer are older than theirs.
        case
            when sequenced.version_number = 1 then cast('0001-01-01' as date)
            else sequenced.effective_start_date
        end as applies_from,
        coalesce(date_add(sequenced.next_start_date, -1), cast('9999-12-31' as date)) as applies_to,
        {{ trace_columns('sequenced') }}
    from sequenced
    left join categories
        on
            sequenced.identity_namespace = categories.identity_namespace
            and sequenced.category_id = categories.category_id

)

select * from final
