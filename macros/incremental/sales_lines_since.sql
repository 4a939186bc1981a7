{#-
    CTEs of an incremental fact_sales: new_lines, which silver wrote since; old_lines, the others of
    silver; and loaded, the rows that the fact holds of the latter.
-#}
{% macro sales_lines_since(table) -%}
watermark as (

    select
        coalesce(max(built_from_batch_id), 0) as batch_id,
        coalesce(max(updated_at), cast('1970-01-01' as timestamp)) as written_at
    from {{ table }}

),

-- The time alone would do, were clocks never set back; the batch alone, were silver never rebuilt.
new_lines as (

    select * from sales_lines
    where
        built_from_batch_id > (select watermark.batch_id from watermark)
        or updated_at > (select watermark.written_at from watermark)

),

old_lines as (

    select * from sales_lines
    where
        built_from_batch_id <= (select watermark.batch_id from watermark)
        and updated_at <= (select watermark.written_at from watermark)

),

loaded as (

    select loaded.*
    from new_lines
    right join {{ table }} as loaded
        on new_lines.sales_line_key = loaded.sales_line_key
    where new_lines.sales_line_key is null

)
{%- endmacro %}
