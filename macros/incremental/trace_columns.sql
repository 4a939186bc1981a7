{#- The columns by which every bronze and silver row is traced to its file and line. -#}
{% macro trace_columns() -%}
    file_path,
    file_modified_at,
    file_row_number,
    ingestion_timestamp,
    batch_id
{%- endmacro %}
