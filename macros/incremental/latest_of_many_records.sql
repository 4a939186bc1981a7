{#-
    All records of a large table but those that a later one of their key replaces. Few keys have
    more than one record, and only those are sorted: sorting all took five times the time and three
    times the memory. A batch, path and row number name a record.
-#}
{% macro latest_of_many_records(relation, key) -%}
    select {{ relation }}.*
    from {{ relation }}
    left anti join (
        select
            records.*,
            row_number() over (
                partition by records.{{ key | join(', records.') }}
                order by
                    {{ latest_first() | indent(20) }}
            ) as recency_rank
        from (
            select {{ key | join(', ') }}
            from {{ relation }}
            group by {{ key | join(', ') }}
            having count(*) > 1
        ) as repeated_keys
        inner join {{ relation }} as records
            on
                {%- for column in key %}
                {{ 'and ' if not loop.first }}repeated_keys.{{ column }} = records.{{ column }}
                {%- endfor %}
    ) as ranked
        on
            {%- for column in key %}
            {{ relation }}.{{ column }} = ranked.{{ column }} and
            {%- endfor %}
            {{ relation }}.batch_id <=> ranked.batch_id
            and {{ relation }}.file_path <=> ranked.file_path
            and {{ relation }}.file_row_number <=> ranked.file_row_number
            and ranked.recency_rank > 1
{%- endmacro %}
