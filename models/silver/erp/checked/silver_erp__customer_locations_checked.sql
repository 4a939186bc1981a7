with

locations as (

    select * from {{ ref('bronze_erp__loc_a101') }}
    {{ new_batches() }}

),

country_aliases as (

    select * from {{ ref('seed_country_aliases') }}

),

cleaned as (

    select
        locations.*,
        {{ clean_text('locations.customer_number') }} as trimmed_customer_number,
        -- The ERP's address book hyphenates the customer number; no other file does.
        {{ clean_text("replace(locations.customer_number, '-', '')") }} as clean_customer_number,
        {{ clean_text('locations.country') }} as trimmed_country,
        country_aliases.country as resolved_country,
        country_aliases.country_code
    from locations
    left join country_aliases
        on lower({{ clean_text('locations.country') }}) = country_aliases.alias

),

resolved as (

    select
        *,
        coalesce(resolved_country, trimmed_country, 'Unknown') as clean_country
    from cleaned

),

final as (

    select
        identity_namespace,
        clean_customer_number as customer_number,
        clean_country as country,
        country_code,
        case when clean_customer_number is null then 'business_key_missing' end as rejection_reason,
        {{ repairs([
            repair('customer_number', 'untrimmed', 'customer_number <> trimmed_customer_number', 'customer_number', 'trimmed_customer_number'),
            repair('customer_number', 'hyphen_removed', 'trimmed_customer_number <> clean_customer_number', 'customer_number', 'clean_customer_number'),
            repair('country', 'missing', 'trimmed_country is null', 'country', 'clean_country'),
            repair('country', 'alias_resolved', 'country <> resolved_country', 'country', 'clean_country'),
            repair('country', 'alias_unknown', 'trimmed_country is not null and resolved_country is null', 'country', 'clean_country'),
        ]) }},
        {{ trace_columns() }}
    from resolved

)

select * from final
