{#-
    Seeds as one "create or replace table as select", overriding dbt-spark's drop, create and
    insert: a dropped Delta table keeps its files, so the insert doubled the rows; a killed insert
    left half of them; and an apostrophe in a value ended the literal. Databricks keeps its own.
-#}
{% macro spark__create_csv_table(model, agate_table) -%}
    {%- if target.type != 'spark' -%}
        {{ return(dbt.spark__create_csv_table(model, agate_table)) }}
    {%- endif -%}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set sql -%}
    create or replace table {{ this.render() }}
    {{ file_format_clause() }}
    {{ options_clause() }}
    {{ comment_clause() }}
    as
    select
        {%- for name in agate_table.column_names %}
        cast({{ name }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }})
            as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from values
        {%- for row in agate_table.rows %}
        ({% for value in row %}{{ sql_literal(value) }}{{ ', ' if not loop.last }}{% endfor %})
        {{- ',' if not loop.last }}
        {%- endfor %}
        as delivered ({{ agate_table.column_names | join(', ') }})
    {%- endset -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{%- endmacro %}


{% macro spark__reset_csv_table(model, full_refresh, old_relation, agate_table) -%}
    {%- if target.type != 'spark' -%}
        {{ return(dbt.spark__reset_csv_table(model, full_refresh, old_relation, agate_table)) }}
    {%- endif -%}
    {{ return(spark__create_csv_table(model, agate_table)) }}
{%- endmacro %}


{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- if target.type != 'spark' -%}
        {{ return(dbt.spark__load_csv_rows(model, agate_table)) }}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}


{#- A value of a seed as a text literal; null for an empty cell. -#}
{% macro sql_literal(value) -%}
    {%- if value is none -%}
        null
    {%- else -%}
        '{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}
