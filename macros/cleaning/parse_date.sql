{#-
    A delivered text as a date; null when it is none. The shape is checked first, because engines
    differ in how leniently they read "5489" or "2014-1-1".
    format: 'yyyy-MM-dd' or 'yyyyMMdd'.
-#}
{% macro parse_date(column, format='yyyy-MM-dd') -%}
    {%- set shapes = {'yyyy-MM-dd': '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', 'yyyyMMdd': '^[0-9]{8}$'} -%}
    cast(case
        when {{ clean_text(column) }} rlike '{{ shapes[format] }}'
            then try_to_timestamp({{ clean_text(column) }}, '{{ format }}')
    end as date)
{%- endmacro %}
