{#-
    A delivered text as a date that dim_date has; null when it is no date or lies outside, like the
    99991231 by which some systems say "open". Arguments as in parse_date().
-#}
{% macro parse_calendar_date(column, format='yyyy-MM-dd') -%}
    case
        when
            {{ parse_date(column, format) }} between
            cast('{{ var("date_dimension_start") }}' as date)
            and cast('{{ var("date_dimension_end") }}' as date)
            then {{ parse_date(column, format) }}
    end
{%- endmacro %}
