{#- A date as the number yyyymmdd, dim_date's key; 0, the unknown member, when it is null. -#}
{% macro date_key(date_column) -%}
    cast(coalesce(
        year({{ date_column }}) * 10000 + month({{ date_column }}) * 100 + day({{ date_column }}), 0
    ) as int)
{%- endmacro %}
