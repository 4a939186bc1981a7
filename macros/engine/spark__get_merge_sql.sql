{#-
    Merges as cheaply as the rows allow. A merge reads the whole table, and on Sail it rewrites every
    file that holds a match; most batches are all new, and an insert touches nothing. So it is asked
    first which keys the table holds: that reads one column.
    meta.delete_when: a boolean column of the query. Rows for which it is true are deleted from the
    table if they are there, and never inserted.
-#}
{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- set delete_when = config.get('meta', {}).get('delete_when') -%}
    {%- if unique_key is not string or incremental_predicates or not execute -%}
        {{ return(dbt.spark__get_merge_sql(
            target, source, unique_key, dest_columns, incremental_predicates
        )) }}
    {%- endif -%}
    {%- set counted = run_query(merge_count_statement(target, source, unique_key)).rows[0] -%}
    {%- if counted['source_count'] == 0 -%}
        select 'nothing to merge' as outcome
    {%- elif counted['matched_count'] == 0 -%}
        insert into {{ target }}
        select {{ adapter.get_columns_in_relation(target) | map(attribute='quoted') | join(', ') }}
        from {{ source }}
        {%- if delete_when %}
        where not coalesce({{ delete_when }}, false)
        {%- endif %}
    {%- elif delete_when -%}
        {{ merge_and_delete_statement(target, source, unique_key, delete_when) }}
    {%- else -%}
        {{ dbt.spark__get_merge_sql(target, source, unique_key, dest_columns, none) }}
    {%- endif -%}
{%- endmacro %}


{#- On Databricks the adapter's own merge, but where rows are to be deleted. -#}
{% macro databricks__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- set delete_when = config.get('meta', {}).get('delete_when') -%}
    {%- if delete_when -%}
        {{ merge_and_delete_statement(target, source, unique_key, delete_when) }}
    {%- else -%}
        {{ dbt.databricks__get_merge_sql(
            target, source, unique_key, dest_columns, incremental_predicates
        ) }}
    {%- endif -%}
{%- endmacro %}


{#- How many rows there are to merge, and how many of their keys the table holds. -#}
{% macro merge_count_statement(target, source, unique_key) -%}
    select
        count(*) as source_count,
        count(dest.{{ unique_key }}) as matched_count
    from {{ source }} as src
    left join {{ target }} as dest
        on src.{{ unique_key }} = dest.{{ unique_key }}
{%- endmacro %}


{% macro merge_and_delete_statement(target, source, unique_key, delete_when) -%}
    merge into {{ target }} as DBT_INTERNAL_DEST
        using {{ source }} as DBT_INTERNAL_SOURCE
        on DBT_INTERNAL_SOURCE.{{ unique_key }} = DBT_INTERNAL_DEST.{{ unique_key }}
        when matched and DBT_INTERNAL_SOURCE.{{ delete_when }} then delete
        when matched then update set *
        when not matched and not coalesce(DBT_INTERNAL_SOURCE.{{ delete_when }}, false)
            then insert *
{%- endmacro %}
