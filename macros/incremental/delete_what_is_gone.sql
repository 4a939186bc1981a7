{#-
    A post-hook of sales lines and facts, for a merge only writes what it is given. Where sales are
    delivered in full, an incremental run writes every line again; rows that it did not write are
    of a delivery that counts no more, and a deleted line is no sale. Empty where sales are
    delivered incrementally, and in a full build.
    gone: a query of the keys to delete, each once, under the name of `key`.
-#}
{% macro delete_what_is_gone(key, gone) -%}
    {%- if execute and is_incremental() and has_full_deliveries('crm.sales_details') -%}
        {%- set keys = '(' ~ gone ~ ')' -%}
        {%- set counted = run_query('select count(*) as gone_count from ' ~ keys ~ ' as gone') -%}
        {%- if counted.rows[0]['gone_count'] == 0 -%}
            select 'nothing to delete' as outcome
        {%- elif target.name == 'embedded' -%}
            {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='quoted') -%}
            {{ overwrite_without_statement(this, keys, key, columns | list) }}
        {%- else -%}
            merge into {{ this }} as loaded
            using {{ keys }} as gone
                on loaded.{{ key }} = gone.{{ key }}
            when matched then delete
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
