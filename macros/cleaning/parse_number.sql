{#-
    A delivered text as decimal(18,4), rounded half up; null when it is no number. The characters
    are checked first, because engines differ on "1e3" and on the digits of other scripts.
-#}
{% macro parse_number(column) -%}
    case
        when translate({{ clean_text(column) }}, '+-.0123456789', '') = ''
            then try_cast({{ clean_text(column) }} as decimal(18, 4))
    end
{%- endmacro %}
