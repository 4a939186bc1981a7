{#- The columns that ingest adds to every delivered row, under bronze's names. -#}
{% macro raw_trace_columns() -%}
    _rescued_data as rescued_data,
    _identity_namespace as identity_namespace,
    _metadata.file_path as file_path,
    _metadata.file_modification_time as file_modified_at,
    _metadata.row_number as file_row_number,
    ingestion_timestamp,
    batch_id
{%- endmacro %}
