{#-
    Whether a raw table was ever delivered in full. While dbt only parses, it may have been. A unit
    test cannot ask the lake: none there, unless the test overrides this macro.
-#}
{% macro has_full_deliveries(table) -%}
    {%- set deliveries = source('ops', 'full_deliveries') -%}
    {%- if not execute or model.resource_type == 'unit_test' -%}
        {{ return(not execute) }}
    {%- endif -%}
    {%- set found = run_query(
        'select 1 from ' ~ deliveries ~ ' where table_name = ' ~ sql_literal(table) ~ ' limit 1'
    ) -%}
    {{ return(found.rows | length > 0) }}
{%- endmacro %}
