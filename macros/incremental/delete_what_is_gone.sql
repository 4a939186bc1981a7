{#-
    A post-hook of sales lines and facts, for a merge only writes what it is given. Where sales are
    delivered in full, an incremental run writes every line again; rows that it did not write are
    of a delivery that counts no more, and a deleted line is no sale. Empty where sales are
    delivered incrementally, and in a full build.
    gone: a query of the keys to delete, each once, under the name of `key`.
-#}
{% macro delete_what_is_gone(key, gone) -%}
    {%- if execute and is_incremental() and has_full_deliveries('crm.sales_details') -%}
    merge into {{ this }} as loaded
    using ({{ gone }}) as gone
        on loaded.{{ key }} = gone.{{ key }}
    when matched then delete
    {%- endif -%}
{%- endmacro %}
