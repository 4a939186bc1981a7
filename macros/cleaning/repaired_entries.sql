{#- One row per entry of a repairs column: a struct of column_name, reason_code and the values. -#}
{% macro repaired_entries(column='repairs') -%}
    explode(from_json(
        {{ column }},
        'array<struct<column_name: string, reason_code: string, value_before: string, value_after: string>>'
    ))
{%- endmacro %}
