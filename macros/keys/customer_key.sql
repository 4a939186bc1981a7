{#-
    The key of a customer: from its id where it has one, else from its number. The number is marked,
    so that it never equals somebody else's id.
-#}
{% macro customer_key(namespace, customer_id, customer_number='null') -%}
    {{ surrogate_key([namespace, "coalesce(" ~ customer_id ~ ", '#' || " ~ customer_number ~ ")"]) }}
{%- endmacro %}
