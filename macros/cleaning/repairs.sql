{#-
    All repairs of a row as JSON text, null when there was nothing to repair. Text, because Sail
    cannot attach a table whose arrays are declared (docs/decisions). Read by repaired_entries().
-#}
{% macro repairs(entries) -%}
    nullif(to_json(array_compact(array(
        {{ entries | join(',\n        ') }}
    ))), '[]') as repairs
{%- endmacro %}
