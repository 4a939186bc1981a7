{#-
    The columns by which every bronze and silver row is traced to its file and line.
    table: the CTE that they are taken from, where more than one is read.
-#}
{% macro trace_columns(table=none) -%}
    {%- set prefix = table ~ '.' if table else '' -%}
    {{ prefix }}file_path,
    {{ prefix }}file_modified_at,
    {{ prefix }}file_row_number,
    {{ prefix }}ingestion_timestamp,
    {{ prefix }}batch_id
{%- endmacro %}
