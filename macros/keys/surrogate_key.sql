{#-
    A surrogate key: the hash of its parts. Parts are coalesced, because concat_ws skips nulls and
    ('a', null, 'b') would equal ('a', 'b'); and separated by a character that no file delivers.
-#}
{% macro surrogate_key(parts) -%}
    md5(concat_ws(
        '\u001f',
        {%- for part in parts %}
        coalesce(cast({{ part }} as string), '\u001e'){{ ',' if not loop.last }}
        {%- endfor %}
    ))
{%- endmacro %}
