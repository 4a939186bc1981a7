{#-
    A surrogate key: the hash of its parts. Parts are coalesced, because concat_ws skips nulls and
    ('a', null, 'b') would equal ('a', 'b'); and separated by a character that no file delivers.
    The cast changes nothing but Sail's own type of md5, which its client cannot read in a union.
-#}
{% macro surrogate_key(parts) -%}
    cast(md5(concat_ws(
        '\u001f',
        {%- for part in parts %}
        coalesce(cast({{ part }} as string), '\u001e'){{ ',' if not loop.last }}
        {%- endfor %}
    )) as string)
{%- endmacro %}
