{#- A delivered text as decimal(18,4); null when it is no number. -#}
{% macro parse_number(column) -%}
    try_cast(trim({{ column }}) as decimal(18, 4))
{%- endmacro %}
