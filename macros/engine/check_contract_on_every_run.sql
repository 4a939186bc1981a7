{#-
    dbt checks an enforced contract when it creates a table, not when it merges into one. An
    incremental run makes a temporary view first: checked here, so that facts keep theirs too.
-#}
{% macro spark__create_temporary_view(relation, compiled_code) -%}
    {%- if model.resource_type == 'model' and config.get('contract').enforced -%}
        {{ get_assert_columns_equivalent(compiled_code) }}
    {%- endif -%}
    create or replace temporary view {{ relation }} as
    {{ compiled_code }}
{%- endmacro %}
