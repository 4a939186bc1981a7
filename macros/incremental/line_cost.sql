{#-
    Cost of a line. Margin is at today's standard cost: most products were sold before their first
    recorded version, so a cost as of the order date does not exist. A cost in another currency than
    the sale's is no cost of it: unknown, not subtracted.
-#}
{% macro line_cost(line, product) -%}
    case
        when
            coalesce({{ product }}.cost_currency_code, {{ line }}.currency_code)
            <=> {{ line }}.currency_code
            then cast({{ line }}.quantity * {{ product }}.current_cost_amount as decimal(18, 4))
    end
{%- endmacro %}
