{#-
    The filter of an append model over a table whose batches arrive whole and in order: batches
    newer than the newest one that this table holds. Empty on a first build and a full refresh.
-#}
{% macro new_batches() -%}
    {%- if is_incremental() -%}
    where batch_id > (select coalesce(max(batch_id), 0) from {{ this }})
    {%- endif -%}
{%- endmacro %}
