{#- The key of every dimension's unknown member; no hash of anything. -#}
{% macro unknown_key() -%}
    '00000000000000000000000000000000'
{%- endmacro %}
