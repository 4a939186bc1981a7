with

newest_deliveries as (

    select
        table_name,
        delivery_name,
        delivered_at,
        row_number() over (
            partition by table_name
            order by delivery_number desc, file_path asc nulls last
        ) as recency_rank
    from {{ source('ops', 'full_deliveries') }}
    where state = 'applied'

),

{% for table, latest in latest_models().items() %}

{{ latest.model }} as (

    select
        '{{ table }}' as table_name,
        identity_namespace,
        concat_ws(' ', {{ latest.key | join(', ') }}) as business_key,
        file_path,
        file_modified_at,
        file_row_number,
        batch_id
    from {{ ref(latest.model) }}
    where is_deleted

),

{% endfor %}

deleted as (

    {% for latest in latest_models().values() %}

    select * from {{ latest.model }}

    {{ 'union all' if not loop.last }}

    {% endfor %}

),

final as (

    select
        deleted.table_name,
        deleted.identity_namespace,
        deleted.business_key,
        newest_deliveries.delivery_name as absent_from,
        newest_deliveries.delivered_at as absent_since,
        deleted.file_path,
        deleted.file_modified_at,
        deleted.file_row_number,
        deleted.batch_id
    from deleted
    inner join newest_deliveries
        on deleted.table_name = newest_deliveries.table_name
    where newest_deliveries.recency_rank = 1

)

select * from final
