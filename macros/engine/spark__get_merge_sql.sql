{#-
    Merges as cheaply as the rows allow. A merge reads the whole table, and on Sail it rewrites every
    file that holds a match; most batches are all new, and an insert touches nothing. So it is asked
    first which keys the table holds: that reads one column.
-#}
{% macro spark__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
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
    {%- else -%}
        {{ dbt.spark__get_merge_sql(target, source, unique_key, dest_columns, none) }}
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
