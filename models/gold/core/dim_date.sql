{%- set fiscal_start = var('fiscal_year_start_month') | int %}

with

days as (

    select explode(sequence(
        cast('{{ var("date_dimension_start") }}' as date),
        cast('{{ var("date_dimension_end") }}' as date),
        interval 1 day
    )) as calendar_date

),

fiscal as (

    select
        calendar_date,
        -- Shifted so that the first fiscal month counts as January of the year it ends in.
        add_months(calendar_date, {{ (13 - fiscal_start) % 12 }}) as fiscal_date
    from days

),

known as (

    select
        {{ date_key('calendar_date') }} as date_key,
        date_format(calendar_date, 'EEEE') as day_name,
        date_format(calendar_date, 'MMMM') as month_name,
        date_format(calendar_date, 'yyyy-MM') as year_month,
        concat(cast(year(calendar_date) as string), '-Q', cast(quarter(calendar_date) as string))
            as year_quarter,
        cast(year(calendar_date) as int) as calendar_year,
        cast(quarter(calendar_date) as int) as calendar_quarter,
        cast(month(calendar_date) as int) as month_number,
        cast(weekofyear(calendar_date) as int) as iso_week,
        cast(day(calendar_date) as int) as day_of_month,
        -- Monday is 1; dayofweek() counts from Sunday.
        cast((dayofweek(calendar_date) + 5) % 7 + 1 as int) as iso_day_of_week,
        cast(year(fiscal_date) as int) as fiscal_year,
        cast(quarter(fiscal_date) as int) as fiscal_quarter,
        cast(month(fiscal_date) as int) as fiscal_month_number,
        dayofweek(calendar_date) in (1, 7) as is_weekend,
        calendar_date = last_day(calendar_date) as is_month_end,
        false as is_unknown_member,
        calendar_date,
        cast(date_trunc('month', calendar_date) as date) as month_start_date
    from fiscal

),

unknown_member as (

    select
        0 as date_key,
        'Unknown' as day_name,
        'Unknown' as month_name,
        'Unknown' as year_month,
        'Unknown' as year_quarter,
        cast(null as int) as calendar_year,
        cast(null as int) as calendar_quarter,
        cast(null as int) as month_number,
        cast(null as int) as iso_week,
        cast(null as int) as day_of_month,
        cast(null as int) as iso_day_of_week,
        cast(null as int) as fiscal_year,
        cast(null as int) as fiscal_quarter,
        cast(null as int) as fiscal_month_number,
        cast(null as boolean) as is_weekend,
        cast(null as boolean) as is_month_end,
        true as is_unknown_member,
        cast(null as date) as calendar_date,
        cast(null as date) as month_start_date

),

final as (

    select * from known
    union all
    select * from unknown_member

)

select * from final
