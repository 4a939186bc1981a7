with

{% for table, model in checked_models().items() %}

{{ model }} as (

    select * from {{ ref(model) }}
    where rejection_reason is not null

),

{% endfor %}

final as (

    {% for table, model in checked_models().items() %}

    select
        '{{ table }}' as table_name,
        cast(null as string) as column_name,
        rejection_reason as reason_code,
        cast(null as string) as value_before,
        cast(null as string) as value_after,
        file_path,
        file_row_number,
        batch_id
    from {{ model }}

    {{ 'union all' if not loop.last }}

    {% endfor %}

)

select * from final
