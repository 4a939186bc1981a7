{#-
    A delivered text without its surrounding white space, tabs and no-break spaces included; null
    when nothing is left.
-#}
{% macro clean_text(column) -%}
    nullif(trim(both ' \t\n\r\u00a0' from {{ column }}), '')
{%- endmacro %}
