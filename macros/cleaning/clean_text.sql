{#- A delivered text without its surrounding white space; null when nothing is left. -#}
{% macro clean_text(column) -%}
    nullif(trim({{ column }}), '')
{%- endmacro %}
