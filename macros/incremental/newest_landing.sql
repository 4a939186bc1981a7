{#-
    When ingest last wrote to a raw table; now, where nothing was ever delivered, for dbt reads null
    as the year 1 and would call the table stale. It may even not be there: its first file brings the
    types of its columns.
-#}
{% macro newest_landing(relation) -%}
    {%- set found = adapter.get_relation(relation.database, relation.schema, relation.identifier) -%}
    {%- if found is none -%}
        select current_timestamp()
    {%- else -%}
        select coalesce(max(ingestion_timestamp), current_timestamp()) from {{ relation }}
    {%- endif -%}
{%- endmacro %}
