{#-
    A post-hook of the facts: takes out what a full delivery of sales no longer has. A merge only
    writes what it is given, and a deleted line is no sale. Nothing where sales are not delivered in
    full, and in a full build, which never wrote such rows.
    gone: a query of the keys to delete, under the name of `key`.
-#}
{% macro delete_lines_of_full_deliveries(key, gone) -%}
    {%- if execute and is_incremental() and has_full_deliveries('crm.sales_details') -%}
    merge into {{ this }} as loaded
    using ({{ gone }}) as gone
        on loaded.{{ key }} = gone.{{ key }}
    when matched then delete
    {%- endif -%}
{%- endmacro %}
