{#-
    One entry of a row's repairs when the condition holds, else null. Collected by repairs().
    column: the cleaned column's name; reason: a code of seed_reason_codes;
    before, after: SQL expressions of the delivered and the kept value.
-#}
{% macro repair(column, reason, condition, before, after) -%}
    case when {{ condition }} then named_struct(
        'column_name', '{{ column }}',
        'reason_code', '{{ reason }}',
        'value_before', cast({{ before }} as string),
        'value_after', cast({{ after }} as string)
    ) end
{%- endmacro %}
