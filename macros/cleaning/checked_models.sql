{#- Every table of checked records, by the raw table that its rows were delivered in. -#}
{% macro checked_models() -%}
    {{ return({
        'crm.cust_info': 'silver_crm__customers_checked',
        'crm.prd_info': 'silver_crm__product_versions_checked',
        'crm.sales_details': 'silver_crm__sales_lines_checked',
        'erp.cust_az12': 'silver_erp__customers_checked',
        'erp.loc_a101': 'silver_erp__customer_locations_checked',
        'erp.px_cat_g1v2': 'silver_erp__product_categories_checked',
    }) }}
{%- endmacro %}
