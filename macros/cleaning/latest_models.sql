{#- Every table of latest records and its business key, by the raw table its rows came from. -#}
{% macro latest_models() -%}
    {{ return({
        'crm.cust_info': {'model': 'silver_crm__customers', 'key': ['customer_id']},
        'crm.prd_info': {'model': 'silver_crm__product_versions', 'key': ['product_id']},
        'crm.sales_details': {
            'model': 'silver_crm__sales_lines', 'key': ['order_number', 'product_number']
        },
        'erp.cust_az12': {'model': 'silver_erp__customers', 'key': ['customer_number']},
        'erp.loc_a101': {'model': 'silver_erp__customer_locations', 'key': ['customer_number']},
        'erp.px_cat_g1v2': {'model': 'silver_erp__product_categories', 'key': ['category_id']},
    }) }}
{%- endmacro %}
