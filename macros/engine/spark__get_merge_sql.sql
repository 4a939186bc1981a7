{#-
    Merges as cheaply as the rows allow. Most batches are all new, and an insert touches nothing; so
    it is asked first which keys the table holds, which reads one column. Where it holds some, Sail's
    merge would take three times the time of writing the table again, and hold it in memory.
-#}
{% macro spark__get_merge_sql(relation, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- if unique_key is not string or incremental_predicates or not execute -%}
        {{ return(dbt.spark__get_merge_sql(
            relation, source, unique_key, dest_columns, incremental_predicates
        )) }}
    {%- endif -%}
    {%- set columns = adapter.get_columns_in_relation(relation) | map(attribute='quoted') | list -%}
    {%- set counted = run_query(merge_count_statement(relation, source, unique_key)).rows[0] -%}
    {%- if counted['source_count'] == 0 -%}
        select 'nothing to merge' as outcome
    {%- elif counted['matched_count'] == 0 -%}
        insert into {{ relation }}
        select {{ columns | join(', ') }}
        from {{ source }}
    {%- elif target.name != 'embedded' -%}
        {{ dbt.spark__get_merge_sql(relation, source, unique_key, dest_columns, none) }}
    {%- else -%}
        {{ overwrite_without_statement(relation, source, unique_key, columns) }}
        union all
        select {{ columns | join(', ') }}
        from {{ source }}
    {%- endif -%}
{%- endmacro %}


{#- How many rows there are to merge, and how many of their keys the table holds. -#}
{% macro merge_count_statement(relation, source, unique_key) -%}
    select
        count(*) as source_count,
        count(dest.{{ unique_key }}) as matched_count
    from {{ source }} as src
    left join {{ relation }} as dest
        on src.{{ unique_key }} = dest.{{ unique_key }}
{%- endmacro %}


{#- Writes a table again, in one commit, without the rows whose keys a query gives. -#}
{% macro overwrite_without_statement(table, keys, unique_key, columns) -%}
    insert overwrite {{ table }}
    select
        {%- for column in columns %}
        kept.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ keys }} as replaced
    right join {{ table }} as kept
        on replaced.{{ unique_key }} = kept.{{ unique_key }}
    where replaced.{{ unique_key }} is null
{%- endmacro %}
