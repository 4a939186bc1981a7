{#-
    The records of a large table with is_deleted: the newest full delivery has none of the key. A
    record that was rejected proves all the same that its key is still there, so all records say
    which keys there are.
-#}
{% macro with_is_deleted(relation, all_records, table, key) -%}
    {%- if has_full_deliveries(table) -%}
    select
        {{ relation }}.*,
        {{ relation }}.newest_delivery_number is not null
        and delivered_keys.{{ key | last }} is null as is_deleted
    from (
        select distinct {{ key | join(', ') }}
        from {{ all_records }}
        where delivery_number >= newest_delivery_number
    ) as delivered_keys
    right join {{ relation }}
        on
            {%- for column in key %}
            {{ 'and ' if not loop.first }}delivered_keys.{{ column }} = {{ relation }}.{{ column }}
            {%- endfor %}
    {%- else -%}
    select
        *,
        false as is_deleted
    from {{ relation }}
    {%- endif -%}
{%- endmacro %}
