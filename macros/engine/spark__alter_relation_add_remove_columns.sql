{#-
    Sail has no "alter table": an empty merge adds the columns to the Delta table. Sail goes on
    describing the table as it was attached, so it is attached again where it lies: its files stay.
-#}
{% macro spark__alter_relation_add_remove_columns(relation, add_columns, remove_columns) -%}
    {%- if target.name != 'embedded' or remove_columns or not add_columns -%}
        {{ return(dbt.spark__alter_relation_add_remove_columns(
            relation, add_columns, remove_columns
        )) }}
    {%- endif -%}
    {%- set columns = adapter.get_columns_in_relation(relation) + add_columns -%}
    {%- for column in columns if 'array<' in column.data_type or 'map<' in column.data_type -%}
        {#- Found out after the drop, it would leave the table unattached. -#}
        {%- do exceptions.raise_compiler_error(
            'The embedded engine cannot add columns to ' ~ relation ~ ', for ' ~ column.name
            ~ ' holds an array or a map. Build it again in full (--full-refresh).'
        ) -%}
    {%- endfor -%}
    {%- set described = run_query('describe table extended ' ~ relation) -%}
    {%- set location = described.rows
        | selectattr('col_name', 'equalto', 'Location') | map(attribute='data_type') | list | last -%}
    {%- do run_query(add_columns_statement(relation, add_columns)) -%}
    {%- do run_query('drop table ' ~ relation) -%}
    {%- do run_query(attach_statement(relation, columns, location)) -%}
{%- endmacro %}


{#- Merges no row, but with the added columns, so that the Delta table has them from now on. -#}
{% macro add_columns_statement(relation, add_columns) -%}
    merge with schema evolution into {{ relation }} as DBT_INTERNAL_DEST
    using (
        select
            *
            {%- for column in add_columns %},
            cast(null as {{ column.data_type }}) as {{ column.quoted }}
            {%- endfor %}
        from {{ relation }}
        where false
    ) as DBT_INTERNAL_SOURCE
    on false
    when not matched then insert *
{%- endmacro %}


{#- Makes the catalogue know a Delta table that exists; the merge left every column nullable. -#}
{% macro attach_statement(relation, columns, location) -%}
    create table {{ relation }} (
        {%- for column in columns %}
        {{ column.quoted }} {{ column.data_type }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
    using delta
    location {{ sql_literal(location) }}
{%- endmacro %}
