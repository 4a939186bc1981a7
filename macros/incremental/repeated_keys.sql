{#- The hash_64 of every key that more than one record has, as key_hash; rarely of another too. -#}
{% macro repeated_keys(relation, key) -%}
    select {{ hash_64(key) }} as key_hash
    from {{ relation }}
    group by {{ hash_64(key) }}
    having count(*) > 1
{%- endmacro %}
