{#- trace_columns() for a row that stands in no file of its own: it was inferred. -#}
{% macro null_trace_columns() -%}
    cast(null as string) as file_path,
    cast(null as timestamp) as file_modified_at,
    cast(null as bigint) as file_row_number,
    cast(null as timestamp) as ingestion_timestamp,
    cast(null as bigint) as batch_id
{%- endmacro %}
