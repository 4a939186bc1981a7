{#- The key of a location. A place of which nothing is known is the unknown member itself. -#}
{% macro location_key(country, region="'Unknown'", store="'Unknown'") -%}
    case
        when {{ country }} = 'Unknown' and {{ region }} = 'Unknown' and {{ store }} = 'Unknown'
            then {{ unknown_key() }}
        else {{ surrogate_key([country, region, store]) }}
    end
{%- endmacro %}
