with

events as (

    select * from {{ source('ops', 'ingested_files') }}

),

quarantined as (

    select * from {{ source('ops', 'quarantined_records') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by source, table_name, file_path, content_hash
            order by sequence desc nulls last
        ) as recency_rank
    from events
    where
        replay_of is null
        -- The landing folder itself stands for the first run of a table without files.
        and file_path <> '.'

),

waiting as (

    select
        source,
        table_name,
        file_path,
        content_hash,
        batch_id,
        sum(
            case when replay_batch_id is null and closed_at is null then 1 else 0 end
        ) as quarantined_record_count,
        sum(
            case when replay_batch_id is null and closed_at is not null then 1 else 0 end
        ) as closed_record_count,
        count(replay_batch_id) as replayed_record_count
    from quarantined
    group by
        source,
        table_name,
        file_path,
        content_hash,
        batch_id

),

final as (

    select
        {{ surrogate_key([
            'ranked.source', 'ranked.table_name', 'ranked.file_path', 'ranked.content_hash'
        ]) }} as delivered_file_key,
        concat(ranked.source, '.', ranked.table_name) as table_name,
        ranked.file_path,
        ranked.file_name,
        ranked.content_hash,
        ranked.state,
        ranked.reason,
        ranked.first_error,
        ranked.file_size as file_size_bytes,
        ranked.rows_read as record_count,
        ranked.rows_loaded + coalesce(waiting.replayed_record_count, 0) as loaded_record_count,
        coalesce(waiting.quarantined_record_count, 0) as quarantined_record_count,
        coalesce(waiting.closed_record_count, 0) as closed_record_count,
        coalesce(waiting.replayed_record_count, 0) as replayed_record_count,
        ranked.first_error_line as first_error_line_number,
        ranked.attempts as attempt_count,
        ranked.state in (
            'committed', 'accepted', 'archived', 'archived_accepted'
        ) as is_loaded,
        ranked.discovered_at,
        ranked.committed_at,
        ranked.recorded_at,
        ranked.file_modified_at,
        ranked.batch_id
    from ranked
    left join waiting
        on
            ranked.source = waiting.source
            and ranked.table_name = waiting.table_name
            and ranked.file_path = waiting.file_path
            and ranked.content_hash = waiting.content_hash
            and ranked.batch_id = waiting.batch_id
    where ranked.recency_rank = 1

)

select * from final
