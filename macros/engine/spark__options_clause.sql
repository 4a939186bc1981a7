{#-
    A table that is created anew gets its query's columns. Sail's "create or replace" keeps the
    columns of the Delta table that it replaces, unless told so by an option; as a table property
    it has no effect.
-#}
{% macro spark__options_clause() -%}
    {%- if target.name != 'embedded' or config.get('file_format') != 'delta' -%}
        {{ return(dbt.spark__options_clause()) }}
    {%- endif -%}
    {%- set options = {'overwriteSchema': 'true'} -%}
    {%- do options.update(config.get('options') or {}) -%}
    options (
        {%- for name, value in options.items() -%}
            {{ name }} {{ sql_literal(value) }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}
