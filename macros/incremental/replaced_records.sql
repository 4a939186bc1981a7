{#-
    The records of a large table that a later one of their key replaces. Few keys have more than one
    record, and only those are sorted: sorting all took five times the time and three times the
    memory. A batch, path and row number name a record.
-#}
{% macro replaced_records(relation, key) -%}
    {%- set columns = [] -%}
    {%- for column in key %}{% do columns.append('records.' ~ column) %}{% endfor -%}
    select *
    from (
        select
            {{ columns | join(',\n            ') }},
            records.batch_id,
            records.file_path,
            records.file_row_number,
            row_number() over (
                partition by {{ columns | join(', ') }}
                order by
                    {{ latest_first() | indent(20) }}
            ) as recency_rank
        from (
            {{ repeated_keys(relation, key) | indent(8) }}
        ) as repeated_keys
        inner join {{ relation }} as records
            on repeated_keys.key_hash = {{ hash_64(columns) }}
    ) as ranked
    where recency_rank > 1
{%- endmacro %}
