with

products as (

    select * from {{ ref('bronze_crm__prd_info') }}
    {{ new_batches() }}

),

product_lines as (

    select * from {{ ref('seed_product_lines') }}

),

cleaned as (

    select
        products.*,
        {{ clean_text('products.product_id') }} as clean_product_id,
        {{ clean_text('products.product_code') }} as clean_product_code,
        {{ clean_text('products.product_name') }} as clean_product_name,
        {{ clean_text('products.cost') }} as clean_cost,
        {{ parse_number('products.cost') }} as parsed_cost,
        {{ clean_text('products.product_line_code') }} as clean_product_line_code,
        coalesce(product_lines.product_line, 'Unknown') as product_line,
        {{ parse_date('products.start_date') }} as clean_start_date,
        {{ parse_date('products.end_date') }} as clean_end_date
    from products
    left join product_lines
        on lower({{ clean_text('products.product_line_code') }}) = product_lines.code

),

valued as (

    select
        *,
        -- The code joins the category, its underscore written as a hyphen, and the product number.
        replace(substring(clean_product_code, 1, 5), '-', '_') as category_id,
        nullif(substring(clean_product_code, 7), '') as product_number,
        case
            when parsed_cost between 0 and {{ var('largest_unit_cost') }} then parsed_cost
            else cast(0 as decimal(18, 4))
        end as cost_amount
    from cleaned

),

final as (

    select
        identity_namespace,
        clean_product_id as product_id,
        product_number,
        category_id,
        clean_product_name as product_name,
        product_line,
        currency_code,
        case
            when clean_product_id is null or product_number is null then 'business_key_missing'
        end as rejection_reason,
        {{ repairs([
            repair('product_id', 'untrimmed', 'product_id <> clean_product_id', 'product_id', 'clean_product_id'),
            repair('product_number', 'untrimmed', 'product_code <> clean_product_code', 'product_code', 'clean_product_code'),
            repair('product_name', 'untrimmed', 'product_name <> clean_product_name', 'product_name', 'clean_product_name'),
            repair('product_name', 'missing', 'clean_product_name is null', 'product_name', 'null'),
            repair('cost_amount', 'missing', 'clean_cost is null', 'cost', 'cost_amount'),
            repair('cost_amount', 'number_unreadable', 'clean_cost is not null and parsed_cost is null', 'cost', 'cost_amount'),
            repair('cost_amount', 'not_positive', 'parsed_cost < 0', 'cost', 'cost_amount'),
            repair('cost_amount', 'cost_out_of_range', 'parsed_cost > ' ~ var('largest_unit_cost'), 'cost', 'cost_amount'),
            repair('product_line', 'untrimmed', 'product_line_code <> clean_product_line_code', 'product_line_code', 'clean_product_line_code'),
            repair('product_line', 'missing', 'clean_product_line_code is null', 'product_line_code', 'product_line'),
            repair('product_line', 'code_unknown', "clean_product_line_code is not null and product_line = 'Unknown'", 'product_line_code', 'product_line'),
            repair('valid_from', 'date_unreadable', 'clean_start_date is null', 'start_date', 'null'),
            repair('valid_to', 'date_unreadable', clean_text('end_date') ~ ' is not null and clean_end_date is null', 'end_date', 'null'),
            repair('valid_to', 'end_before_start', 'clean_end_date < clean_start_date', 'end_date', 'null'),
        ]) }},
        cost_amount,
        clean_start_date as start_date,
        {{ trace_columns() }}
    from valued

)

select * from final
